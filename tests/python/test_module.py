"""The Python module, as installed from the wheel: `tests/tools/wheel.sh`."""

import datetime
import json
import math
import os
import threading
from decimal import Decimal
from pathlib import Path

import pytest

import meniscus

ROOT = Path(os.environ["MENISCUS_ROOT"])
CONFORMANCE = ROOT / "../shared/conformance"

# As in tests/conformance.rs, with the reasons.
DIFFERENCES = {"modulo zero", "tablerow cols 0", "cycle", "for limit bad"}


@pytest.fixture(scope="module")
def workspace():
    return meniscus.Workspace(ROOT)


def test_a_message_is_rendered_for_a_recipient(workspace):
    assert "offer_wallet" in workspace.messages
    message = workspace.message("offer_wallet")
    assert "anna" in message.recipients
    rendered = message.render("anna")
    assert rendered.sent
    assert rendered.parts["subject"] == "Anna, 2 offers are waiting"
    assert [(call.result, call.recording) for call in rendered.calls][0] == ("answered", "wallet/two-offers")
    assert rendered.blanks == []


def test_values_are_laid_over_a_recipient(workspace):
    message = workspace.message("offer_wallet")
    rendered = message.render("anna", user={"first_name": "Zoë"})
    assert rendered.parts["subject"].startswith("Zoë, ")
    nobody = message.render({"user": {"user_id": "0"}})
    assert not nobody.sent
    assert nobody.aborted.type == "liquid_abort_message"
    assert nobody.aborted.at.path.endswith("subject.liquid")
    assert nobody.calls[0].result == "unanswered"


def test_unknown_names_are_refused_with_the_nearest(workspace):
    with pytest.raises(meniscus.MeniscusError) as error:
        workspace.message("offer_walet")
    assert error.value.args == ("there is no message `offer_walet`", "did you mean `offer_wallet`?")
    with pytest.raises(meniscus.MeniscusError) as error:
        workspace.message("offer_wallet").render("ana")
    assert error.value.args[1] == "did you mean `anna`?"
    with pytest.raises(meniscus.MeniscusError):
        workspace.message("offer_wallet").render(usr={"first_name": "A"})


def test_what_lint_finds_has_a_place(workspace):
    (found,) = [one for one in workspace.lint("Hi {{${frist_name}}}") if one.rule == "unknown-attribute"]
    assert (found.level, str(found.at)) == ("error", "template:1:8")
    assert "first_name" in found.help
    assert str(found).startswith("template:1:8: error: ")
    assert meniscus.lint("{% if %}")[0].level == "error"


def test_texts_are_compiled_once_and_rendered_for_many():
    engine = meniscus.Engine(blocks={"footer": "Yours, {{${city}}}"})
    template = engine.compile("Hi {{${first_name}}} {{custom_attribute.${n}}} {{content_blocks.${footer}}}")
    text = template.render({"user": {"first_name": "Anna", "city": "Ulm"}, "custom_attribute": {"n": 10**30}})
    assert text.output == f"Hi Anna {10**30} Yours, Ulm"
    assert text.aborted is None
    blank = template.render({"user": {"first_name": "Anna", "city": "Ulm"}}).blanks[0]
    assert (blank.expression, blank.reason) == (
        "custom_attribute.${n}",
        "the recipient has no custom attribute `n`",
    )


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (None, ""),
        (True, "true"),
        (7, "7"),
        (-(2**70), str(-(2**70))),
        (1.5, "1.5"),
        ("zwölf", "zwölf"),
        (Decimal("12.50"), "12.5"),
        (["a", 1], "a1"),
        (("a", 1), "a1"),
        (datetime.date(2026, 3, 1), "2026-03-01"),
        (datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.timezone.utc), "2026-03-01 09:30:00 UTC"),
        (
            datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=-6))),
            "2026-03-01 09:30:00 -0600",
        ),
        (datetime.datetime(2026, 3, 1, 9, 30), "2026-03-01 09:30:00 UTC"),
    ],
)
def test_each_kind_of_value_is_printed_as_liquid_does(value, printed):
    template = meniscus.Engine(plain=True).compile("{{ x }}")
    assert template.render(variables={"x": value}).output == printed


def test_what_is_no_value_is_refused():
    template = meniscus.Engine().compile("{{ x }}")
    deep = []
    for _ in range(1000):
        deep = [deep]
    for value, error in [
        (object(), TypeError),
        ({1: 2}, TypeError),
        (math.nan, ValueError),
        (Decimal("NaN"), ValueError),
        (deep, RecursionError),
    ]:
        with pytest.raises(error):
            template.render(variables={"x": value})
    with pytest.raises(meniscus.MeniscusError):
        template.render({"usr": {}})
    with pytest.raises(meniscus.MeniscusError):
        template.render(now="tomorrow")


def test_threads_render_at_the_same_time():
    # A render of about a second, during which another thread counts.
    slow = "{% for i in (1..90000) %}{% for j in (1..10) %}{% assign x = i | times: j %}{% endfor %}{% endfor %}"
    template = meniscus.Engine(plain=True).compile(slow)
    counted = 0
    thread = threading.Thread(target=template.render)
    thread.start()
    while thread.is_alive():
        counted += 1
    thread.join()
    assert counted > 1000, "the lock is held while rendering"


@pytest.mark.skipif(not CONFORMANCE.is_dir(), reason="the conformance data is absent")
def test_the_conformance_data_gives_the_same_bytes():
    engine = meniscus.Engine(plain=True)
    passed, listed, failed = 0, 0, []
    for name in ["golden_liquid_half", "ruby_probes", "ruby_dates", "ruby_string_filters"]:
        for case in json.loads((CONFORMANCE / f"{name}.json").read_text())["tests"]:
            template = engine.compile(case["template"])
            text = template.render(variables=case.get("data") or {}, now="2026-11-23T09:00:00Z")
            if case.get("invalid"):
                held = any(one.level == "error" for one in [*template.diagnostics, *text.diagnostics])
            else:
                held = text.output in (case.get("results") or [case["result"]])
            if held:
                passed += 1
            elif case["name"] in DIFFERENCES:
                listed += 1
            else:
                failed.append((case["name"], case["template"], text.output))
    print(f"conformance through Python: {passed} pass, {listed} are listed with the reason")
    assert failed == []
    assert passed > 800

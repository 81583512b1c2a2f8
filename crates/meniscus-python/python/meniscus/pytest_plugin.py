"""Renders every message of a workspace for each of its recipients: ``pytest --meniscus PATH``.

A message fails if a part has an error or a blank. A message that isn't sent passes, because
templates abort on purpose. Option: ``--meniscus-allow-blanks``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from . import Blank, MeniscusError, Message, Rendered, Workspace


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("meniscus", "Braze message templates")
    group.addoption("--meniscus", metavar="PATH", help="render the messages of this workspace")
    group.addoption(
        "--meniscus-allow-blanks", action="store_true", help="allow blanks in messages"
    )


@pytest.fixture(scope="session")
def meniscus_workspace(request: pytest.FixtureRequest) -> Workspace:
    """The workspace of ``--meniscus``, or else the one that contains pytest's root folder."""
    path = request.config.getoption("--meniscus") or request.config.rootpath
    return Workspace(path)


def pytest_collection(session: pytest.Session) -> None:
    path = session.config.getoption("--meniscus")
    if path is not None and not Path(path).is_dir():
        raise pytest.UsageError(f"--meniscus: `{path}` isn't a folder")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    path = config.getoption("--meniscus")
    if path is None:
        return
    try:
        workspace = Workspace(path)
    except MeniscusError as error:
        raise pytest.UsageError(f"--meniscus: {_said(error)}") from None
    folder = _Folder.from_parent(session, name="meniscus", nodeid=str(path))
    folder.workspace = workspace
    items.extend(folder.collect())


class _Folder(pytest.Collector):
    workspace: Workspace

    def collect(self) -> Iterator[_Render]:
        for message in self.workspace:
            for recipient in message.recipients:
                name = f"{message.name}[{recipient}]"
                item = _Render.from_parent(self, name=name)
                item.message, item.recipient = message, recipient
                yield item


class _Render(pytest.Item):
    message: Message
    recipient: str

    def runtest(self) -> None:
        rendered = self.message.render(self.recipient)
        wrong = [str(one) for one in rendered.diagnostics if one.level == "error"]
        if not self.config.getoption("--meniscus-allow-blanks"):
            wrong += [_blank(one) for one in rendered.blanks]
        if wrong:
            raise _Wrong(rendered, wrong)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        if isinstance(excinfo.value, _Wrong):
            return "\n".join(excinfo.value.wrong)
        if isinstance(excinfo.value, MeniscusError):
            return _said(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[str, int | None, str]:
        return self.nodeid, None, f"{self.message.name} for {self.recipient}"


class _Wrong(Exception):
    def __init__(self, rendered: Rendered, wrong: list[str]) -> None:
        super().__init__(rendered.message)
        self.wrong = wrong


def _blank(blank: Blank) -> str:
    near = f"; did you mean `{blank.nearest}`?" if blank.nearest else ""
    return f"{blank.at}: blank: {blank.expression}: {blank.reason}{near}"


def _said(error: MeniscusError) -> str:
    message, help_ = error.args
    return f"{message}: {help_}" if help_ else message

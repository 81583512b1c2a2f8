"""Reads reports of the linter as other programs do; `check_reports.sh` installs what it needs."""

import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

import jsonschema
import junitparser


def text_of(path):
    """The report in a file; a snapshot has it behind its header."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".snap":
        text = text.split("\n---\n", 1)[1]
    return text


def check_sarif(text, schema):
    log = json.loads(text)
    validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
    problems = sorted(validator.iter_errors(log), key=lambda problem: list(problem.absolute_path))
    for problem in problems:
        print(f"  {problem.json_path}: {problem.message}")
    assert not problems, f"{len(problems)} problems"
    # What the schema has no words for.
    prints = []
    for run in log["runs"]:
        rules = run["tool"]["driver"]["rules"]
        ids = [rule["id"] for rule in rules]
        assert len(set(ids)) == len(ids), "a rule is described twice"
        for result in run["results"]:
            assert ids[result["ruleIndex"]] == result["ruleId"], "ruleIndex is of another rule"
            prints.append(json.dumps(result["partialFingerprints"], sort_keys=True))
            for fix in result.get("fixes", []):
                for change in fix["artifactChanges"]:
                    assert change["replacements"], "a fix changes nothing"
            places = result["locations"] + result.get("relatedLocations", [])
            for place in places:
                region = place["physicalLocation"]["region"]
                start = (region["startLine"], region["startColumn"])
                end = (region["endLine"], region["endColumn"])
                assert start <= end, f"the region ends before it starts: {region}"
    assert len(set(prints)) == len(prints), "two results have one fingerprint"
    return f"{len(prints)} results"


def check_junit(text):
    root = ElementTree.fromstring(text.encode())
    assert root.tag == "testsuites", root.tag
    for element in [root, *root.findall("testsuite")]:
        cases = list(element.iter("testcase"))
        failures = [case for case in cases if case.find("failure") is not None]
        assert int(element.get("tests")) == len(cases) > 0, "tests are counted wrong"
        errors = [case for case in cases if case.find("error") is not None]
        assert int(element.get("failures")) == len(failures), "failures are counted wrong"
        assert int(element.get("errors")) == len(errors), "errors are counted wrong"
        names = [(case.get("classname"), case.get("name")) for case in cases]
        if element is not root:
            assert all(classname and name for classname, name in names), "a test has no name"
    suites = list(junitparser.JUnitXml.fromstring(text.encode()))
    cases = [case for suite in suites for case in suite]
    failed = [case for case in cases if any(isinstance(r, junitparser.Failure) for r in case.result)]
    assert len(failed) == int(root.get("failures")), "junitparser counts other failures"
    return f"{len(suites)} suites, {len(cases)} tests, {len(failed)} failed"


def check_gitlab(text):
    issues = json.loads(text)
    for issue in issues:
        for key in ("description", "check_name", "fingerprint"):
            assert isinstance(issue[key], str) and issue[key], f"no {key}"
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert not issue["location"]["path"].startswith("./")
        assert issue["location"]["lines"]["begin"] >= 1
    prints = {issue["fingerprint"] for issue in issues}
    assert len(prints) == len(issues), "two issues have one fingerprint"
    return f"{len(issues)} issues"


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8-sig"))
    for path in map(pathlib.Path, sys.argv[2:]):
        text = text_of(path)
        if "sarif" in path.name:
            said = check_sarif(text, schema)
        elif "junit" in path.name or path.suffix == ".xml":
            said = check_junit(text)
        else:
            said = check_gitlab(text)
        print(f"{path.name}: {said}")


main()

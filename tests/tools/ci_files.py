"""Runs the commands of docs/ci; `ci_files.sh` installs what it needs and makes the workspaces."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import junitparser
import yaml


def run(script, folder, environment=None):
    """The exit code of a script, run as GitHub and GitLab do: it ends at the first failure."""
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode > 1:
        print(done.stdout[-2000:], done.stderr[-2000:], sep="\n")
    return done.returncode, done.stdout


def installs(script):
    return "cargo install" in script


def has_chrome():
    names = (os.environ.get("CHROME"), "google-chrome", "google-chrome-stable", "chromium", "chromium-browser")
    return any(name and shutil.which(name) for name in names)


def check_reports(folder, junit, must_fail):
    for name in junit:
        suites = list(junitparser.JUnitXml.fromfile(str(folder / name)))
        cases = [case for suite in suites for case in suite]
        failed = [
            case for case in cases if any(isinstance(r, junitparser.Failure) for r in case.result)
        ]
        assert cases, f"{name} has no test"
        assert bool(failed) == must_fail, f"{name}: {len(failed)} of {len(cases)} failed"
    lcov = (folder / "reports/coverage/lcov.info").read_text(encoding="utf-8")
    assert "end_of_record" in lcov, "no coverage"
    assert "<html" in (folder / "reports/coverage/index.html").read_text(encoding="utf-8")


def github(path, sound, faulty):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    steps = [step for step in job["steps"] if "run" in step and not installs(step["run"])]
    for folder, wanted in ((sound, 0), (faulty, 1)):
        for step in steps:
            reports = step.get("if") == "always()"
            code, out = run(step["run"], folder)
            assert code == (0 if reports else wanted), f"{step['name']} exits with {code}\n{out}"
            if wanted and not reports:
                assert "::error file=" in out, f"{step['name']} annotates nothing\n{out}"
        check_reports(folder, ["reports/lint.xml", "reports/test.xml"], bool(wanted))
    return len(steps)


def gitlab(path, sound, faulty):
    pipeline = yaml.safe_load(path.read_text(encoding="utf-8"))
    (job,) = [value for value in pipeline.values() if isinstance(value, dict) and "script" in value]
    lines = [line for line in job["before_script"] + job["script"] if not installs(line)]
    for folder, wanted in ((sound, 0), (faulty, 1)):
        code, out = run("\n".join(lines), folder)
        assert code == wanted, f"the job exits with {code}\n{out}"
        reports = job["artifacts"]["reports"]
        check_reports(folder, reports["junit"], bool(wanted))
        issues = json.loads((folder / reports["codequality"]).read_text(encoding="utf-8"))
        assert bool(issues) == bool(wanted), issues
    return len(lines)


def component(path, sound, faulty):
    """Runs the job of the component for GitLab with its default inputs."""
    spec, pipeline = yaml.safe_load_all(path.read_text(encoding="utf-8"))
    inputs = {name: known["default"] for name, known in spec["spec"]["inputs"].items()}
    text = yaml.safe_dump(pipeline)
    # In a folder of the repository, as its README shows it.
    inputs["path"] = "messages"
    for name, value in inputs.items():
        text = text.replace(f"$[[ inputs.{name} ]]", value)
    assert "$[[" not in text, text
    job = yaml.safe_load(text)["messages"]
    assert f"meniscus=={inputs['version']}" in job["before_script"][0], job["before_script"]
    for folder, wanted in ((sound, 0), (faulty, 1)):
        repository = folder.parent / f"repository-{folder.name}"
        shutil.copytree(folder, repository / "messages")
        code, out = run("\n".join(job["script"]), repository)
        assert code == wanted, f"the component's job exits with {code}\n{out}"
        reports = job["artifacts"]["reports"]
        check_reports(repository, reports["junit"], bool(wanted))
        issues = json.loads((repository / reports["codequality"]).read_text(encoding="utf-8"))
        assert bool(issues) == bool(wanted), issues
        for issue in issues:
            place = repository / issue["location"]["path"]
            assert place.is_file(), f"{issue['location']} is no file of the repository"
        assert (repository / "reports/preview/index.html").is_file(), "no page"
    return len(job["script"])


def action(path, sound, faulty):
    """Runs the steps of the action, as GitHub does: its inputs are in the environment."""
    steps = yaml.safe_load(path.read_text(encoding="utf-8"))["runs"]["steps"]
    named = {step["name"]: step for step in steps}
    script = named["Check the messages"]["run"]
    pictures = named["Take pictures of changed messages"]["run"]
    for folder, wanted in ((sound, 0), (faulty, 1)):
        with tempfile.TemporaryDirectory() as temp:
            files = {name: pathlib.Path(temp, name) for name in ("summary", "output", "sarif", "page")}
            environment = {
                **os.environ,
                "LINT": "true",
                "TEST": "true",
                "RECORDINGS": "true",
                "SARIF": str(files["sarif"]),
                "PREVIEW": str(files["page"]),
                "RUNNER_TEMP": temp,
                "GITHUB_STEP_SUMMARY": str(files["summary"]),
                "GITHUB_OUTPUT": str(files["output"]),
            }
            code, out = run(script, folder, environment)
            assert code == wanted, f"the action exits with {code}\n{out}"
            summary = files["summary"].read_text(encoding="utf-8")
            assert summary.count("**failed**" if wanted else "passed") == 3, summary
            found = int(files["output"].read_text(encoding="utf-8").split("=")[1])
            assert (found > 0) == bool(wanted), found
            json.loads(files["sarif"].read_text(encoding="utf-8"))
            assert (files["page"] / "index.html").is_file(), "no page"
            if wanted:
                assert "::error file=" in out, f"the action annotates nothing\n{out}"
            environment["GITHUB_ACTION_PATH"] = str(path.resolve().parent)
            code, out = run(pictures, folder, environment)
            assert code == 0, f"the pictures: {code}\n{out}"
            taken = list(pathlib.Path(temp, "meniscus-pictures").glob("*.png"))
            if has_chrome():
                assert bool(taken) == bool(wanted), taken
                summary = files["summary"].read_text(encoding="utf-8")
                assert ("offer_wallet for anna" in summary) == bool(wanted), summary
            else:
                print("skipped the pictures: there is no Chrome here")
    return len(steps)


def main():
    hub, lab, part, act, sound, faulty = map(pathlib.Path, sys.argv[1:])
    print(f"{hub.name}: {github(hub, sound, faulty)} commands")
    print(f"{lab.name}: {gitlab(lab, sound, faulty)} commands")
    print(f"{part.name}: {component(part, sound, faulty)} commands")
    print(f"{act.name}: {action(act, sound, faulty)} steps")


main()

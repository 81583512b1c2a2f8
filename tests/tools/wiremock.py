"""Runs the table of requests against WireMock: see wiremock.sh."""

import base64
import json
import pathlib
import socket
import subprocess
import sys
import time

DATA = pathlib.Path("tests/data/wiremock")
KEPT = ("content-type", "set-cookie", "x-kept", "x-one")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def exchange(port, request):
    """The bytes that come back, and whether the connection was reset."""
    headers = request.get("headers", [])
    lines = [f"{request['method']} {request['target']} HTTP/1.1", "Connection: close"]
    if not any(line.lower().startswith("host:") for line in headers):
        lines.append(f"Host: 127.0.0.1:{port}")
    lines += headers
    body = request.get("body", "").encode()
    if body:
        lines.append(f"Content-Length: {len(body)}")
    came = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        try:
            while part := connection.recv(65536):
                came += part
        except ConnectionResetError:
            return came, True
    return came, False


def unchunked(data):
    whole = b""
    while True:
        size, _, data = data.partition(b"\r\n")
        length = int(size, 16)
        if length == 0:
            return whole
        if len(data) < length + 2:
            raise ValueError("a chunk is cut off")
        whole, data = whole + data[:length], data[length + 2 :]


def read(came, reset):
    """An answer as the table writes it."""
    if reset:
        return {"fault": "reset"}
    if not came:
        return {"fault": "empty"}
    head, end, body = came.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 ") or not end:
        return {"fault": "garbage"}
    lines = head.decode("latin-1").split("\r\n")
    headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
    if ("transfer-encoding", "chunked") in [(name, value.lower()) for name, value in headers]:
        try:
            body = unchunked(body)
        except ValueError:
            return {"fault": "malformed"}
    answer = {"status": int(lines[0].split(" ")[1])}
    stub = [value for name, value in headers if name == "matched-stub-name"]
    if not stub and answer["status"] == 200:
        # A good head and a broken body. With `Connection: close` there are no chunks to be malformed.
        return {"fault": "malformed"}
    if not stub:
        return {**answer, "unmatched": True}
    answer["stub"] = stub[0]
    kept = [f"{name}: {value}" for name, value in headers if name in KEPT]
    if kept:
        answer["headers"] = kept
    try:
        answer["body"] = body.decode()
    except UnicodeDecodeError:
        answer["base64"] = base64.b64encode(body).decode()
    return answer


def ask(jar):
    port = free_port()
    command = ["java", "-jar", jar, "--port", str(port), "--bind-address", "127.0.0.1"]
    command += ["--root-dir", str(DATA), "--disable-banner", "--no-request-journal", "--disable-gzip"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        requests = json.loads((DATA / "requests.json").read_text())
        # The first requests are slow for reasons of their own.
        for request in requests[:20]:
            exchange(port, request)
        answers = []
        for request in requests:
            begin = time.monotonic()
            answer = read(*exchange(port, request))
            if time.monotonic() - begin > 0.29:
                answer["late"] = True
            answers.append((request, answer))
        return answers
    finally:
        server.terminate()
        server.wait()


def main():
    jar, version, *options = sys.argv[1:]
    answers = ask(jar)
    lines = []
    for request, answer in answers:
        line = {"request": f"{request['method']} {request['target']}", **answer}
        lines.append("    " + json.dumps(line, ensure_ascii=False))
    text = (
        "{\n"
        f'  "made": "by tests/tools/wiremock.sh, from WireMock {version}",\n'
        '  "answers": [\n' + ",\n".join(lines) + "\n  ]\n}\n"
    )
    file = DATA / "answers.json"
    if "--update" in options:
        file.write_text(text)
        print(f"wrote {file}")
    elif file.read_text() != text:
        found, kept = text.splitlines(), file.read_text().splitlines()
        for now, before in zip(found, kept):
            if now != before:
                print(f"- {before.strip()}\n+ {now.strip()}")
        sys.exit("WireMock answers otherwise than the table says; --update writes what it answers now")
    else:
        print(f"{len(answers)} answers are as WireMock {version} gives them")


main()

// Lists the messages and shows each for its first scenario.
const token = document.querySelector("meta[name=meniscus-token]").content;

async function ask(path, body) {
  const options = { headers: { "X-Meniscus-Token": token } };
  if (body) {
    options.method = "POST";
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  const answer = await fetch(path, options);
  return answer.json();
}

async function show() {
  const workspace = await ask("/api/workspace");
  document.getElementById("status").textContent = workspace.name;
  const list = document.getElementById("messages");
  list.replaceChildren();
  for (const message of workspace.messages) {
    const scenario = message.scenarios[0] ?? "";
    const title = document.createElement("h2");
    title.textContent = `${message.name} for ${scenario || "nobody known"}`;
    list.append(title);
    const rendered = await ask("/api/render", { message: message.name, scenario });
    for (const part of rendered.parts ?? []) {
      const element = document.createElement(part.frame ? "iframe" : "pre");
      if (part.frame) {
        element.setAttribute("sandbox", "allow-same-origin");
        element.src = part.frame;
        element.title = part.name;
      } else {
        element.textContent = part.output;
      }
      list.append(element);
    }
  }
}

new EventSource(`/api/events?token=${token}`).addEventListener("changed", show);
show();

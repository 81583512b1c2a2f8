// What the workspace holds, as the rest of the page reads it. The program sends scenarios of a
// message as places in the list of all scenarios, and what it counted apart from the list.

/** The names at `[[first, last], …]`. */
const at = (names, ranges) =>
  ranges.flatMap(([first, last]) => names.slice(first, last + 1));

/** A property that is worked out when it is read first. */
function later(object, name, make) {
  Object.defineProperty(object, name, {
    configurable: true,
    get() {
      const value = make();
      Object.defineProperty(object, name, { value, configurable: true, writable: true });
      return value;
    },
  });
}

/** The workspace with the names of each message's scenarios. */
export function unpacked(workspace) {
  const names = workspace.scenarios.map(({ name }) => name);
  for (const message of workspace.messages) {
    const { scenarios } = message;
    if (Array.isArray(scenarios[0]) || scenarios.length === 0) {
      later(message, "scenarios", () => at(names, scenarios));
    }
  }
  return workspace;
}

/** The workspace with what was counted: problems, snapshots, coverage. */
export function withCounts(workspace, counts) {
  if (counts && counts.generation === workspace.generation) {
    // Places are those in this list; what was counted counts on after the list has changed.
    counts.names ??= workspace.scenarios.map(({ name }) => name);
  }
  for (const message of workspace.messages) {
    const counted = counts?.messages[message.name];
    if (!counted) continue;
    Object.assign(message, counted);
    const changed = counted.snapshots?.changed_for ?? [];
    later(message, "changedFor", () => new Set(at(counts.names ?? [], changed)));
  }
  return { ...workspace, counted: counts?.whole ?? false };
}

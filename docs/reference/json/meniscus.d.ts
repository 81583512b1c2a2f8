// Written from crates/meniscus-analysis/src/wire by its test. Do not edit.
/**
 * Why a message isn't sent.
 */
export type Abort = {
/**
 * The abort type, such as `liquid_abort_message`.
 */
type: string,
/**
 * The reason in the template, or what went wrong.
 */
reason: string,
/**
 * The location.
 */
at: Place | null, };
/**
 * An output that renders as blank with another recording.
 */
export type Blank = {
/**
 * The message.
 */
message: string,
/**
 * The part.
 */
part: string,
/**
 * The scenarios in which it is blank.
 */
scenarios: Array<string>,
/**
 * The name of the recording.
 */
recording: string,
/**
 * Its file, relative to the workspace.
 */
recording_path: string,
/**
 * The missing value, as in the template: `offer.name`.
 */
expression: string,
/**
 * Where it is missing: the path in the response (`$.payload.user_offers[1].name`), or else the
 * expression, or the variable that the call didn't set.
 */
missing: string,
/**
 * The same as a finding, at the output.
 */
diagnostic: Finding, };
/**
 * An output that renders as blank.
 */
export type BlankPlace = {
/**
 * The output without its braces: `custom_attribute.${tier}`.
 */
expression: string,
/**
 * Why it is blank.
 */
reason: Reason,
/**
 * The location of the output.
 */
at: Place, };
/**
 * What `meniscus test --all-recordings --format json` prints.
 */
export type BlanksDocument = {
/**
 * The version of this format: 1.
 */
version: number,
/**
 * The blanks, by message, part, and location.
 */
holes: Array<Blank>,
/**
 * Files that can't be used.
 */
problems: Array<UnusableFile>,
/**
 * The counts.
 */
summary: BlanksSummary, };
/**
 * The result of rendering with all recordings, in numbers.
 */
export type BlanksSummary = {
/**
 * Parts and scenarios.
 */
texts: number,
/**
 * Parts and scenarios without calls.
 */
without_calls: number,
/**
 * Renders with another recording.
 */
renders: number,
/**
 * Renders with a blank where there is output otherwise.
 */
holes: number,
/**
 * Renders with a different output, without blanks.
 */
other: number,
/**
 * Renders with the same output.
 */
same: number,
/**
 * Renders whose message isn't sent.
 */
aborted: number,
/**
 * Renders with an error.
 */
failed: number,
/**
 * Recordings that weren't tried, because a call has too many.
 */
recordings_left_out: number, };
/**
 * A content block.
 */
export type BlockContract = {
/**
 * Its name.
 */
name: string,
/**
 * Its file; absent if the block doesn't exist.
 */
path: string | null,
/**
 * Where it is included.
 */
included_at: Array<UseContract>, };
/**
 * The body of a call.
 */
export type BodyContract = { "form": "json",
/**
 * The properties; nested ones have a dotted path.
 */
members: Array<MemberContract>, } | { "form": "form",
/**
 * The fields.
 */
members: Array<MemberContract>, } | { "form": "text",
/**
 * The string, with `{{…}}` for inserted values.
 */
text: string, };
/**
 * A call that a part makes. Secrets are masked.
 */
export type Call = {
/**
 * The tag that makes the call.
 */
at: Place,
/**
 * The part of the message.
 */
part: string,
/**
 * How often the same request was made in a row.
 */
times: number,
/**
 * The method: `GET`.
 */
method: string,
/**
 * The URL.
 */
url: string,
/**
 * The headers: names and values, in the order they are written.
 */
headers: Array<[string, string]>,
/**
 * The body, if any.
 */
body: string | null,
/**
 * The request as sent.
 */
request: string,
/**
 * The result.
 */
result: CallResult,
/**
 * The variable that `:save` names.
 */
saved_as: string | null,
/**
 * Whether the response is edited in the preview.
 */
edited: boolean, };
/**
 * A call.
 */
export type CallContract = {
/**
 * The method; absent if it is computed.
 */
method: string | null,
/**
 * The URL, with `{{…}}` for inserted values.
 */
url: string,
/**
 * The endpoint, if known.
 */
endpoint: string | null,
/**
 * `read` or `write`, if known.
 */
access: string | null,
/**
 * The names of the call's other options.
 */
options: Array<string>,
/**
 * The body that it sends.
 */
body: BodyContract | null,
/**
 * The variables that the response is saved to.
 */
saved_as: Array<string>,
/**
 * Where it is made.
 */
called_at: Array<UseContract>,
/**
 * The fields read in the response.
 */
reads: Array<FieldContract>, };
/**
 * The result of a call.
 */
export type CallResult = { "kind": "answered",
/**
 * The name of the recording.
 */
recording: string,
/**
 * Its file.
 */
path: string,
/**
 * The status of the response.
 */
status: number,
/**
 * Why nothing was saved despite the response, if so.
 */
note: string | null, } | { "kind": "cached",
/**
 * The index of that call in the part.
 */
call: number, } | { "kind": "unanswered",
/**
 * The name of its response in the preview: method, URL, and a digest of the body.
 */
name: string,
/**
 * Why.
 */
problem: string,
/**
 * What to do.
 */
help: string | null,
/**
 * The most similar recording; `null` if there are no recordings.
 */
nearest: NearRecording | null, } | { "kind": "refused",
/**
 * Why.
 */
reason: string, };
/**
 * What makes a place blank.
 */
export type Cause = "not_in_recipient" | "no_such_field" | "call_failed" | "never_set" | "empty_value" | "empty_list" | "filtered" | "left_out";
/**
 * A message for one of its scenarios, as a cell of the grid.
 */
export type Cell = {
/**
 * The scenario.
 */
scenario: string,
/**
 * Whether all parts are sent.
 */
sent: boolean,
/**
 * Whether a template can't be parsed at all.
 */
refused: boolean,
/**
 * The number of findings of rendering.
 */
problems: number,
/**
 * The number of blanks.
 */
blanks: number,
/**
 * The number of calls.
 */
calls: number,
/**
 * The parts, with shortened outputs.
 */
parts: Array<CellPart>,
/**
 * How it compares with the snapshot: `same`, `changed`, or `new`.
 */
snapshot: string | null, };
/**
 * A part in a cell.
 */
export type CellPart = {
/**
 * A digest of the whole output.
 */
digest: string,
/**
 * The part's name: `subject`, `body`, …
 */
name: string,
/**
 * The channel's field, whatever the file's name: `title`, …
 */
field: string | null,
/**
 * Where the preview shows it: `everywhere`, only in the `frame`, or `below` the frame.
 */
place: string,
/**
 * The file, relative to the workspace.
 */
path: string,
/**
 * Whether it is HTML.
 */
html: boolean,
/**
 * The output that a customer gets.
 */
output: string,
/**
 * Bytes of the output.
 */
bytes: number,
/**
 * Why the message isn't sent.
 */
aborted: Abort | null,
/**
 * The address of the frame that shows it.
 */
frame: string | null,
/**
 * In an export: the HTML of the frame.
 */
frame_html: string | null,
/**
 * The address of the frame that shows the picture, if the part is a picture's address.
 */
picture: string | null,
/**
 * What Liquid printed, and the blanks.
 */
marks: Array<Mark>,
/**
 * The parts of the output that are template text.
 */
texts: Texts,
/**
 * What the tag `message_extras` adds.
 */
extras: Record<string, string>, };
/**
 * Changed lines of a file.
 */
export type ChangedLines = {
/**
 * The name of the content block or recording.
 */
name: string | null,
/**
 * Runs of new or changed lines as first and last, from 1.
 */
lines: Array<[number, number]>,
/**
 * Lines after which some were removed.
 */
gone_behind: Array<number>, };
/**
 * A changed value.
 */
export type ChangedValue = {
/**
 * Its path or name.
 */
path: string,
/**
 * The value when the snapshot was accepted; null if it wasn't set.
 */
before: string | null,
/**
 * The value now; null if it isn't set.
 */
now: string | null, };
/**
 * What `meniscus contract --format json` prints.
 */
export type ContractDocument = {
/**
 * The version of this format.
 */
version: number,
/**
 * What each message reads.
 */
contracts: Array<MessageContract>, };
/**
 * The recipient of a render, and the values that were read.
 */
export type Data = {
/**
 * Tables about the recipient.
 */
recipient: { [key in string]: JsonValue },
/**
 * Tables about the trigger.
 */
trigger: { [key in string]: JsonValue },
/**
 * The other tables of the scenario.
 */
other: { [key in string]: JsonValue },
/**
 * The clock.
 */
now: string | null,
/**
 * The random seed.
 */
seed: number,
/**
 * The variables at the end.
 */
variables: Array<Variable>,
/**
 * The expressions that were read.
 */
reads: Array<Read>, };
/**
 * A line of a diff: `" "`, `"-"` or `"+"`, its number from 1 (in the new text unless it was
 * removed), and its text.
 */
export type DiffedLine = [string, number, string];
/**
 * What `meniscus doctor --format json` prints.
 */
export type DoctorDocument = {
/**
 * The version of this format: 1.
 */
version: number,
/**
 * What is missing, by purpose.
 */
missing: Array<Missing>, };
/**
 * What an edge case makes worse.
 */
export type EdgeEffect = {
/**
 * `aborted`, `error`, `broken_json`, `broken_call`, `empty`, `unbalanced_html`, or `holes`.
 */
kind: string,
/**
 * The same in words.
 */
message: string, };
/**
 * How an edge case affects a part.
 */
export type EdgePart = {
/**
 * The part.
 */
part: string,
/**
 * Whether its output differs from the base scenario's.
 */
differs: boolean,
/**
 * What is worse than in the base scenario.
 */
effects: Array<EdgeEffect>, };
/**
 * An edge-case recipient, and how it affects a message.
 */
export type EdgeScenario = {
/**
 * The message.
 */
message: string,
/**
 * The name of the case.
 */
case: string,
/**
 * The scenario's file, as TOML.
 */
scenario: string,
/**
 * Each part of the message.
 */
parts: Array<EdgePart>, };
/**
 * What `meniscus scenarios edge --format json` prints.
 */
export type EdgesDocument = {
/**
 * The version of this format: 1.
 */
version: number,
/**
 * The edge cases of each message.
 */
edges: Array<EdgeScenario>, };
/**
 * A span and its replacement.
 */
export type Edit = {
/**
 * The span.
 */
span: Span,
/**
 * The new text.
 */
text: string, };
/**
 * A field, and how templates use it.
 */
export type FieldContract = {
/**
 * Its name; `[]` for the items of a list, `*` for any field.
 */
name: string,
/**
 * The types, by their names in JSON Schema; empty if any type is allowed.
 */
types: Array<string>,
/**
 * `required`, `sometimes`, `optional`, `tested`, or `read`.
 */
need: string,
/**
 * Known values; empty for a secret.
 */
examples: Array<JsonValue>,
/**
 * Where it is read.
 */
read_at: Array<UseContract>,
/**
 * Whether the message isn't sent without it.
 */
stops_without?: boolean,
/**
 * Values that conditions compare it with; empty for a secret.
 */
compared_with?: Array<JsonValue>,
/**
 * Its fields.
 */
fields?: Array<FieldContract>,
/**
 * Its items.
 */
items?: FieldContract,
/**
 * Fields whose name is computed.
 */
any_field?: FieldContract, };
/**
 * A finding in a file.
 */
export type Finding = {
/**
 * The rule, such as `unknown-field`, or another source, such as `workspace-file`.
 */
rule: string,
/**
 * `error`, `warn`, or `info`.
 */
level: string,
/**
 * What is wrong, in one clause.
 */
message: string,
/**
 * The file, relative to the workspace.
 */
path: string,
/**
 * The span of the problem.
 */
span: Span,
/**
 * The label of the span; may be empty.
 */
label: string,
/**
 * Related locations.
 */
labels: Array<Place>,
/**
 * What to do.
 */
help: string | null,
/**
 * The path of the rule's documentation; absent if it isn't a rule.
 */
docs: string | null,
/**
 * The rule's summary, in one sentence.
 */
explain: string | null,
/**
 * The available fixes.
 */
fixes: Array<Fix>,
/**
 * The part of the message that it is about, if one was rendered.
 */
part: string | null, };
/**
 * A fix for a finding.
 */
export type Fix = {
/**
 * What it does.
 */
title: string,
/**
 * `safe` if it never changes what is sent, otherwise `unsafe`.
 */
safety: string,
/**
 * The replacements, in source order.
 */
edits: Array<Edit>, };
/**
 * What `meniscus lint --format json` prints.
 */
export type LintDocument = {
/**
 * The version of this format: 1.
 */
version: number,
/**
 * The findings, by path and location.
 */
diagnostics: Array<Finding>,
/**
 * The counts.
 */
summary: LintSummary, };
/**
 * The counts of a lint run.
 */
export type LintSummary = {
/**
 * Files read.
 */
files: number,
/**
 * Files with findings.
 */
files_with_findings: number,
/**
 * Errors.
 */
errors: number,
/**
 * Warnings.
 */
warnings: number,
/**
 * Infos.
 */
infos: number,
/**
 * Findings that `--fix` fixes.
 */
fixable: number,
/**
 * Further findings that `--fix --unsafe` fixes.
 */
fixable_unsafe: number,
/**
 * Findings that the baseline hides.
 */
hidden: number,
/**
 * Baseline entries that no longer match anything.
 */
stale: number,
/**
 * The number of findings of each rule.
 */
rules: { [key in string]: number }, };
/**
 * A rule.
 */
export type ListedRule = {
/**
 * Its name.
 */
rule: string,
/**
 * Its default level: `error`, `warn`, `info`, or `off`.
 */
level: string,
/**
 * Its summary, in one sentence.
 */
summary: string,
/**
 * Its documentation, as Markdown.
 */
docs: string, };
/**
 * A scenario of the workspace.
 */
export type ListedScenario = {
/**
 * Its name.
 */
name: string,
/**
 * Its file, relative to the workspace.
 */
file: string | null,
/**
 * The clock, as written.
 */
now: string | null,
/**
 * The recordings to answer from; null for all.
 */
recordings: Array<string> | null,
/**
 * The messages it applies to.
 */
messages: Array<string>, };
/**
 * A place in an output where Liquid printed something, or rendered as blank.
 */
export type Mark = {
/**
 * Its index in the part.
 */
id: number,
/**
 * The start, in bytes of the output.
 */
start: number,
/**
 * The end; equal to the start for a blank.
 */
end: number,
/**
 * The start, in UTF-16 units of the output.
 */
start16: number,
/**
 * The end.
 */
end16: number,
/**
 * What the mark is.
 */
kind: MarkKind,
/**
 * The output or tag.
 */
at: Place,
/**
 * Its markup, without braces.
 */
expression: string,
/**
 * Where the values come from, or should come from.
 */
origins: Array<ValueOrigin>,
/**
 * Why it is blank.
 */
reason: Reason | null,
/**
 * Its place in the HTML.
 */
where: MarkPlace, };
/**
 * The kind of a mark.
 */
export type MarkKind = "value" | "block" | "blank" | "left_out";
/**
 * Where a mark is in the HTML of a part.
 */
export type MarkPlace = "text" | "attribute" | "other";
/**
 * A property of a body.
 */
export type MemberContract = {
/**
 * Its path: `user.id`, `tags[]`.
 */
name: string,
/**
 * Its value, with `{{…}}` for inserted values; absent if it isn't shown.
 */
value: string | null, };
/**
 * What messages read.
 */
export type MessageContract = {
/**
 * The names of the messages.
 */
messages: Array<string>,
/**
 * The files that can't be fully analyzed; they may read more.
 */
broken: Array<string>,
/**
 * The fields read in each family of attributes; `profile` is the recipient's profile.
 */
families: { [key in string]: Array<FieldContract> },
/**
 * The calls, without repeats.
 */
calls: Array<CallContract>,
/**
 * The content blocks that are included.
 */
content_blocks: Array<BlockContract>,
/**
 * The variables that no template sets.
 */
variables: Array<VariableContract>, };
/**
 * A part of a message, as the preview shows it.
 */
export type MessagePart = {
/**
 * The part's name: `subject`, `body`, …
 */
name: string,
/**
 * The channel's field, whatever the file's name: `title`, …
 */
field: string | null,
/**
 * Where the preview shows it: `everywhere`, only in the `frame`, or `below` the frame.
 */
place: string,
/**
 * The file, relative to the workspace.
 */
path: string,
/**
 * Whether it is HTML.
 */
html: boolean,
/**
 * The output that a customer gets.
 */
output: string,
/**
 * Bytes of the output.
 */
bytes: number,
/**
 * Why the message isn't sent.
 */
aborted: Abort | null,
/**
 * The address of the frame that shows it.
 */
frame: string | null,
/**
 * In an export: the HTML of the frame.
 */
frame_html: string | null,
/**
 * The address of the frame that shows the picture, if the part is a picture's address.
 */
picture: string | null,
/**
 * What Liquid printed, and the blanks.
 */
marks: Array<Mark>,
/**
 * The parts of the output that are template text.
 */
texts: Texts,
/**
 * What the tag `message_extras` adds.
 */
extras: Record<string, string>, };
/**
 * Scenarios that would reach more of a message.
 */
export type MessageSuggestions = {
/**
 * The message.
 */
message: string,
/**
 * Number of its coverage points.
 */
points: number,
/**
 * Number of points that no scenario reaches.
 */
missed: number,
/**
 * Scenarios that reach some of them, fewest changes first.
 */
suggestions: Array<SuggestedScenario>,
/**
 * Points that no suggestion reaches.
 */
unreached: Array<UnreachedPoint>, };
/**
 * A missing item, and the line that adds it.
 */
export type Missing = {
/**
 * What it is needed for.
 */
purpose: Purpose,
/**
 * What is missing.
 */
what: string,
/**
 * Where the line belongs: a table in meniscus.toml, the environment, or a command to run.
 */
place: string,
/**
 * The line.
 */
line: string, };
/**
 * A recording that almost answers a call.
 */
export type NearRecording = {
/**
 * The name of the recording.
 */
recording: string,
/**
 * Its file.
 */
path: string,
/**
 * The number of its conditions that are met.
 */
held: number,
/**
 * The number of its conditions.
 */
conditions: number,
/**
 * The first condition that isn't met, as a sentence.
 */
difference: string | null, };
/**
 * A snapshot whose message, part, or scenario no longer exists.
 */
export type OrphanedSnapshot = {
/**
 * Its file, relative to the workspace.
 */
snapshot: string,
/**
 * What no longer exists: `message`, `part`, or `scenario`.
 */
gone: string,
/**
 * Its name.
 */
name: string,
/**
 * The same in words.
 */
says: string, };
/**
 * A span of a named file, with a label.
 */
export type Place = {
/**
 * The file, relative to the workspace.
 */
path: string,
/**
 * The span.
 */
span: Span,
/**
 * The label; may be empty.
 */
text: string, };
/**
 * A position between two characters of a file.
 */
export type Point = {
/**
 * The line, from 1.
 */
line: number,
/**
 * The column, from 1, in characters.
 */
column: number,
/**
 * The offset, from 0, in bytes of the file.
 */
offset: number,
/**
 * The offset, from 0, in UTF-16 units of the file.
 */
utf16: number, };
/**
 * What a missing item is needed for, in output order.
 */
export type Purpose = "render" | "live" | "trigger" | "tags" | "redact";
/**
 * A coverage point that a scenario reaches.
 */
export type ReachedPoint = {
/**
 * File and line: `templates/a.liquid:3`.
 */
at: string,
/**
 * The point in words.
 */
point: string, };
/**
 * An expression that was read.
 */
export type Read = {
/**
 * The part.
 */
part: string,
/**
 * The path in the scenario, or the expression.
 */
path: string,
/**
 * The scenario table that it reads.
 */
table: string | null,
/**
 * The result.
 */
state: ReadState,
/**
 * The value, or what Liquid prints for it.
 */
value: string,
/**
 * Where the value comes from.
 */
origin: ValueOrigin | null,
/**
 * Where it is read.
 */
at: Array<Place>, };
/**
 * The result of reading an expression.
 */
export type ReadState = "read" | "defaulted" | "missing" | "filled_in";
/**
 * Why a place is blank.
 */
export type Reason = {
/**
 * The kind of cause.
 */
cause: Cause,
/**
 * One clause without a period: `the recipient has no custom attribute `tier``.
 */
message: string,
/**
 * The existing name that is nearest to the missing one.
 */
nearest: string | null, };
/**
 * What `meniscus render --format json` prints.
 */
export type RenderDocument = {
/**
 * The version of this format: 1.
 */
version: number,
/**
 * The rendered parts, in order.
 */
renders: Array<RenderedPart>, };
/**
 * A message for a scenario, as the preview shows it.
 */
export type RenderedMessage = {
/**
 * How often the workspace was read so far.
 */
generation: number,
/**
 * The message.
 */
message: string,
/**
 * The scenario; empty for a recipient without data.
 */
scenario: string,
/**
 * The channel: `email`, `push`, …; null if the message doesn't set one.
 */
channel: string | null,
/**
 * The layout of an in-app message or a Content Card: `slide_up`, `captioned`, …
 */
layout: string | null,
/**
 * Whether all parts are sent.
 */
sent: boolean,
/**
 * Whether a template can't be parsed at all.
 */
refused: boolean,
/**
 * The parts, in reading order.
 */
parts: Array<MessagePart>,
/**
 * The findings of rendering.
 */
problems: Array<Finding>,
/**
 * The calls of all parts, in order.
 */
calls: Array<Call>,
/**
 * The recipient and the values that were read.
 */
data: Data,
/**
 * The segments of a text message.
 */
sms: Sms | null,
/**
 * Sizes that the channel limits.
 */
sizes: Array<Size>,
/**
 * A webhook's request, or why there is none.
 */
request: unknown,
/**
 * The last render that worked, if this one couldn't be parsed.
 */
last_good: RenderedMessage | null, };
/**
 * A part of a message for a scenario.
 */
export type RenderedPart = {
/**
 * The message.
 */
message: string,
/**
 * The part.
 */
part: string,
/**
 * The scenario.
 */
scenario: string,
/**
 * The output that a customer gets; null if the message is aborted.
 */
output: string | null,
/**
 * Why the message is aborted.
 */
aborted: Abort | null,
/**
 * What the tag `message_extras` adds, by key.
 */
message_extras: Record<string, string>,
/**
 * The calls, in order.
 */
calls: Array<Call>,
/**
 * The outputs that render as blank.
 */
blanks: Array<BlankPlace>,
/**
 * The output of `--why` and `--trace`, line by line; null if not requested.
 */
why: Array<string> | null,
/**
 * The findings of rendering.
 */
diagnostics: Array<Finding>, };
/**
 * What `meniscus rules --format json` prints.
 */
export type RulesDocument = {
/**
 * The version of this format: 1.
 */
version: number,
/**
 * The rules, by name.
 */
rules: Array<ListedRule>, };
/**
 * A value's line in a scenario file.
 */
export type ScenarioPlace = {
/**
 * The file.
 */
path: string,
/**
 * The span.
 */
span: Span, };
/**
 * What `meniscus scenarios list --format json` prints.
 */
export type ScenariosDocument = {
/**
 * The version of this format: 1.
 */
version: number,
/**
 * The scenarios, by name.
 */
scenarios: Array<ListedScenario>,
/**
 * Messages that no scenario applies to.
 */
messages_without_scenario: Array<string>, };
/**
 * A size that a channel limits.
 */
export type Size = {
/**
 * The limit, in words.
 */
what: string,
/**
 * The message's size in bytes.
 */
bytes: number,
/**
 * The limit in bytes.
 */
limit: number,
/**
 * Whether the message is over the limit.
 */
over: boolean, };
/**
 * The segments of a text message.
 */
export type Sms = {
/**
 * `GSM-7` or `UCS-2`.
 */
encoding: string,
/**
 * Septets, or UTF-16 units.
 */
units: number,
/**
 * The number of billed segments.
 */
segments: number,
/**
 * Units per segment.
 */
per_segment: number,
/**
 * Units left in the last segment.
 */
left: number,
/**
 * Where the second segment starts, and each after it, in UTF-16 units of the part.
 */
starts: Array<number>,
/**
 * Characters that force UCS-2.
 */
forced_by: Array<SmsOdd>, };
/**
 * A character that isn't in GSM-7.
 */
export type SmsOdd = {
/**
 * The character.
 */
character: string,
/**
 * The code point: `U+2019`.
 */
code: string,
/**
 * Its first position, in UTF-16 units.
 */
utf16: number,
/**
 * The number of occurrences.
 */
count: number, };
/**
 * A span of a file.
 */
export type Span = {
/**
 * Before the first character.
 */
start: Point,
/**
 * After the last character.
 */
end: Point, };
/**
 * What `meniscus scenarios suggest --format json` prints.
 */
export type SuggestDocument = {
/**
 * The version of this format: 1.
 */
version: number,
/**
 * The messages.
 */
messages: Array<MessageSuggestions>, };
/**
 * A scenario that reaches more of a message.
 */
export type SuggestedScenario = {
/**
 * Its name.
 */
name: string,
/**
 * The scenario that it extends.
 */
extends: string | null,
/**
 * How it differs from that scenario, line by line.
 */
changes: Array<string>,
/**
 * The names of new recordings that it needs.
 */
recordings: Array<string>,
/**
 * Its file, as TOML.
 */
scenario: string,
/**
 * The points that it reaches.
 */
reaches: Array<ReachedPoint>, };
/**
 * A part for a scenario, compared with its snapshot.
 */
export type TestCase = {
/**
 * The message.
 */
message: string,
/**
 * The part.
 */
part: string,
/**
 * The scenario.
 */
scenario: string,
/**
 * The template's file, relative to the workspace.
 */
template: string,
/**
 * The snapshot's file, relative to the workspace.
 */
snapshot: string,
/**
 * `same`, `new`, `missing`, `changed`, `refused`, or `unreadable`.
 */
status: string,
/**
 * What is wrong; absent if the status is `same`.
 */
says?: string,
/**
 * The text that would be accepted, if any.
 */
text?: string,
/**
 * Why it changed; present if the status is `changed`.
 */
causes?: Array<TestCause>,
/**
 * Hunks of lines; present if the status is `changed`.
 */
diff?: Array<Array<DiffedLine>>,
/**
 * The syntax errors; present if the status is `refused`.
 */
diagnostics?: Array<Finding>, };
/**
 * Why an output changed.
 */
export type TestCause = {
/**
 * The same in words.
 */
says: string, } & ({ "kind": "template" } & ChangedLines | { "kind": "content_block" } & ChangedLines | { "kind": "included_block",
/**
 * Its name.
 */
name: string,
/**
 * Whether it is included now.
 */
is_new: boolean, } | { "kind": "recording" } & ChangedLines | { "kind": "answers",
/**
 * Recordings that no longer answer.
 */
before: Array<string>,
/**
 * Recordings that answer now.
 */
now: Array<string>, } | { "kind": "scenario" } & ChangedValue | { "kind": "variable" } & ChangedValue | { "kind": "setting" } & ChangedValue | { "kind": "version",
/**
 * That version.
 */
before: string, });
/**
 * What `meniscus test --format json` prints.
 */
export type TestDocument = {
/**
 * The version of this format: 1.
 */
version: number,
/**
 * Each part for each scenario.
 */
cases: Array<TestCase>,
/**
 * The expectations of scenarios, by message.
 */
expectations: Array<TestedExpectations>,
/**
 * Snapshots whose message, part, or scenario no longer exists.
 */
orphans: Array<OrphanedSnapshot>,
/**
 * Files that can't be used.
 */
problems: Array<UnusableFile>,
/**
 * Messages without scenarios.
 */
untested: Array<string>,
/**
 * The counts.
 */
summary: TestSummary, };
/**
 * The result of a test run in numbers.
 */
export type TestSummary = {
/**
 * Cases.
 */
cases: number,
/**
 * Cases whose output equals their snapshot.
 */
same: number,
/**
 * Cases whose output differs from their snapshot.
 */
changed: number,
/**
 * Cases without a snapshot.
 */
new: number,
/**
 * Cases without a snapshot whose part has other snapshots.
 */
missing: number,
/**
 * Cases that Braze would refuse for a syntax error.
 */
refused: number,
/**
 * Cases whose snapshot can't be read.
 */
unreadable: number,
/**
 * Claims that pass.
 */
expectations_met: number,
/**
 * Claims that fail.
 */
expectations_unmet: number,
/**
 * Snapshots without a case.
 */
orphaned: number,
/**
 * Files that can't be used.
 */
problems: number, };
/**
 * The expectations of a scenario about a message.
 */
export type TestedExpectations = {
/**
 * The message.
 */
message: string,
/**
 * The scenario.
 */
scenario: string,
/**
 * Number of claims that pass.
 */
met: number,
/**
 * The claims that fail.
 */
unmet: Array<UnmetClaim>, };
/**
 * Where template text is in an output.
 */
export type Texts = {
/**
 * Files, relative to the workspace.
 */
paths: Array<string>,
/**
 * For each text, its start and end in the output, the index of its file, and its start there;
 * in UTF-16 units. In order of their start.
 */
places: Array<[number, number, number, number]>, };
/**
 * A claim that fails.
 */
export type UnmetClaim = {
/**
 * The claim's key: `contains`.
 */
key: string,
/**
 * The actual result and the places that show it, line by line.
 */
says: string,
/**
 * The rule, such as `unknown-field`, or another source, such as `workspace-file`.
 */
rule: string,
/**
 * `error`, `warn`, or `info`.
 */
level: string,
/**
 * What is wrong, in one clause.
 */
message: string,
/**
 * The file, relative to the workspace.
 */
path: string,
/**
 * The span of the problem.
 */
span: Span,
/**
 * The label of the span; may be empty.
 */
label: string,
/**
 * Related locations.
 */
labels: Array<Place>,
/**
 * What to do.
 */
help: string | null,
/**
 * The path of the rule's documentation; absent if it isn't a rule.
 */
docs: string | null,
/**
 * The rule's summary, in one sentence.
 */
explain: string | null,
/**
 * The available fixes.
 */
fixes: Array<Fix>,
/**
 * The part of the message that it is about, if one was rendered.
 */
part: string | null, };
/**
 * A coverage point that no suggestion reaches.
 */
export type UnreachedPoint = {
/**
 * File and line: `templates/a.liquid:3`.
 */
at: string,
/**
 * The point in words.
 */
point: string,
/**
 * Why nothing reaches it, if that is known.
 */
reason: string, };
/**
 * A file that can't be used.
 */
export type UnusableFile = {
/**
 * The name of the message, scenario, or content block.
 */
name: string,
/**
 * Its file or folder, relative to the workspace.
 */
path: string,
/**
 * What is wrong.
 */
says: string,
/**
 * What to do.
 */
help: string | null, };
/**
 * Where something is read.
 */
export type UseContract = {
/**
 * The file, relative to the workspace.
 */
path: string,
/**
 * The line, from 1.
 */
line: number,
/**
 * The column, from 1.
 */
column: number,
/**
 * `printed`, `tested`, `looped`, `assigned`, `argument`, `indexed`, or `interpolated`.
 */
usage: string,
/**
 * Whether a condition or a default guards it.
 */
guarded: boolean, };
/**
 * Where a value comes from.
 */
export type ValueOrigin = { "kind": "call",
/**
 * The index of the call among those of all parts.
 */
call: number,
/**
 * The recording that answered.
 */
recording: string | null,
/**
 * The path from the root of the response.
 */
keys: Array<JsonValue>,
/**
 * The path as templates write it.
 */
path: string, } | { "kind": "scenario",
/**
 * The table: `user`, `custom_attribute`, …
 */
table: string,
/**
 * The path in the table.
 */
keys: Array<JsonValue>,
/**
 * The path with the table, as templates write it.
 */
path: string,
/**
 * Its line in the scenario file.
 */
at: ScenarioPlace | null, } | { "kind": "variable",
/**
 * The path.
 */
keys: Array<JsonValue>,
/**
 * The path as templates write it.
 */
path: string,
/**
 * Its line in the scenario file, if it is set there.
 */
at: ScenarioPlace | null, } | { "kind": "template",
/**
 * The path.
 */
keys: Array<JsonValue>,
/**
 * The path as templates write it.
 */
path: string,
/**
 * Where it is written.
 */
at: Place, };
/**
 * A variable at the end of a part.
 */
export type Variable = {
/**
 * The part.
 */
part: string,
/**
 * The name.
 */
name: string,
/**
 * The value, possibly shortened.
 */
value: unknown,
/**
 * Its kind, in words.
 */
kind: string,
/**
 * Whether it was shortened.
 */
cut: boolean, };
/**
 * A variable.
 */
export type VariableContract = {
/**
 * Its name.
 */
name: string,
/**
 * Whether the workspace declares it.
 */
known: boolean,
/**
 * Its value, if declared and not a secret.
 */
value: JsonValue | null,
/**
 * Where it is read.
 */
read_at: Array<UseContract>, };
export type JsonValue = unknown;

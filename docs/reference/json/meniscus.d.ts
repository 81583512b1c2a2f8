// Written from crates/meniscus-analysis/src/wire by its test. Do not edit.
/**
 * Why a message is not sent.
 */
export type Abort = {
/**
 * Braze's name for it: `liquid_abort_message`.
 */
type: string,
/**
 * The reason that the template gives, or what went wrong.
 */
reason: string,
/**
 * Where.
 */
at: Place | null, };
/**
 * Where a message is blank if another recording answers.
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
 * The scenarios that show it.
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
 * Where it is missing: in the response (`$.payload.user_offers[1].name`), otherwise the
 * expression, or the variable that the call didn't set.
 */
missing: string,
/**
 * The same for people, at the output.
 */
diagnostic: Finding, };
/**
 * A place that prints nothing although a value was asked for.
 */
export type BlankPlace = {
/**
 * What stands there, without its braces: `custom_attribute.${tier}`.
 */
expression: string,
/**
 * Why it is blank.
 */
reason: Reason,
/**
 * The markup.
 */
at: Place, };
/**
 * What `meniscus test --all-recordings --format json` prints.
 */
export type BlanksDocument = {
/**
 * 1.
 */
version: number,
/**
 * The blanks, by message, part and place.
 */
holes: Array<Blank>,
/**
 * Files that can't be used.
 */
problems: Array<UnusableFile>,
/**
 * How many of each.
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
 * Those without calls.
 */
without_calls: number,
/**
 * Renders with another recording.
 */
renders: number,
/**
 * Renders with a blank where there otherwise is output.
 */
holes: number,
/**
 * Renders with another text, without blanks.
 */
other: number,
/**
 * Renders with the same text.
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
 * Recordings not tried, as one call has too many.
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
 * Its file; none where there is no such block.
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
 * The members, those of objects inside after a dot.
 */
members: Array<MemberContract>, } | { "form": "form",
/**
 * The fields.
 */
members: Array<MemberContract>, } | { "form": "text",
/**
 * The string, `{{…}}` where a value comes in.
 */
text: string, };
/**
 * A call that a part made, secrets masked.
 */
export type Call = {
/**
 * The tag.
 */
at: Place,
/**
 * The part of the message.
 */
part: string,
/**
 * How often it was made with the same request, one after the other.
 */
times: number,
/**
 * `GET`.
 */
method: string,
/**
 * The URL.
 */
url: string,
/**
 * Names and values, in the order written.
 */
headers: Array<[string, string]>,
/**
 * The body; none where there is none.
 */
body: string | null,
/**
 * The request as it goes over the wire.
 */
request: string,
/**
 * What came of it.
 */
result: CallResult,
/**
 * The variable of `:save`.
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
 * The method; none where it is computed.
 */
method: string | null,
/**
 * The URL, `{{…}}` where a value comes in.
 */
url: string,
/**
 * The endpoint, where one is known.
 */
endpoint: string | null,
/**
 * `read` or `write`, where that is known.
 */
access: string | null,
/**
 * The names of its other options.
 */
options: Array<string>,
/**
 * What it sends.
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
 * What is read of the response.
 */
reads: Array<FieldContract>, };
/**
 * What came of a call.
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
 * Why nothing was saved all the same, where nothing was.
 */
note: string | null, } | { "kind": "cached",
/**
 * That call, by its place among those of the part.
 */
call: number, } | { "kind": "unanswered",
/**
 * The name that a response has in the preview: method, URL, and a digest of the body.
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
 * The nearest recording; `null` if there are no recordings.
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
 * A message for one of its scenarios, small.
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
 * Whether a text can't be read at all.
 */
refused: boolean,
/**
 * How much rendering found.
 */
problems: number,
/**
 * Number of places that are blank.
 */
blanks: number,
/**
 * How many calls were made.
 */
calls: number,
/**
 * The parts, their outputs cut.
 */
parts: Array<CellPart>,
/**
 * How it compares with what was accepted: `same`, `changed` or `new`.
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
 * `subject`, `body` …
 */
name: string,
/**
 * The field of its channel, whatever its file is called: `title` …
 */
field: string | null,
/**
 * Where the preview shows it: `everywhere`, only in the `frame`, or `below` it.
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
 * What a customer gets.
 */
output: string,
/**
 * Bytes of the output.
 */
bytes: number,
/**
 * Why the message is not sent.
 */
aborted: Abort | null,
/**
 * Where the frame that shows it is.
 */
frame: string | null,
/**
 * In an export: the HTML of the frame.
 */
frame_html: string | null,
/**
 * Where the frame of a picture is, whose address the part is.
 */
picture: string | null,
/**
 * What Liquid printed, and where it printed nothing.
 */
marks: Array<Mark>,
/**
 * The text of templates in the output.
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
 * What `contract --format json` prints.
 */
export type ContractDocument = {
/**
 * The version of this form.
 */
version: number,
/**
 * What each message reads.
 */
contracts: Array<MessageContract>, };
/**
 * Who a message is rendered for, and what was read.
 */
export type Data = {
/**
 * Tables that say who gets the message.
 */
recipient: { [key in string]: JsonValue },
/**
 * Tables that say what triggered it.
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
 * The seed of chance.
 */
seed: number,
/**
 * What the variables are at the end.
 */
variables: Array<Variable>,
/**
 * What was read.
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
 * 1.
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
 * `aborted`, `error`, `broken_json`, `broken_call`, `empty`, `unbalanced_html` or `holes`.
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
 * Whether its text differs from that of the base.
 */
differs: boolean,
/**
 * What is worse than for the base.
 */
effects: Array<EdgeEffect>, };
/**
 * A recipient that is an edge case, and how it affects a message.
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
 * 1.
 */
version: number,
/**
 * The edge cases of each message.
 */
edges: Array<EdgeScenario>, };
/**
 * Characters and what replaces them.
 */
export type Edit = {
/**
 * The characters.
 */
span: Span,
/**
 * What replaces them.
 */
text: string, };
/**
 * A field, and what the templates do with it.
 */
export type FieldContract = {
/**
 * Its name; `[]` for the items of a list, `*` for any field.
 */
name: string,
/**
 * The names of the types in JSON Schema; none where anything may stand.
 */
types: Array<string>,
/**
 * `required`, `sometimes`, `optional`, `tested` or `read`.
 */
need: string,
/**
 * Values that were seen; none of a secret.
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
 * Values that conditions compare it with; none of a secret.
 */
compared_with?: Array<JsonValue>,
/**
 * The fields in it.
 */
fields?: Array<FieldContract>,
/**
 * The items in it.
 */
items?: FieldContract,
/**
 * What is read of a field whose name is computed.
 */
any_field?: FieldContract, };
/**
 * What was found in a file.
 */
export type Finding = {
/**
 * The rule: `unknown-field`; or what else found it: `workspace-file`.
 */
rule: string,
/**
 * `error`, `warn` or `info`.
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
 * The characters that are wrong.
 */
span: Span,
/**
 * What is said of the characters; may be empty.
 */
label: string,
/**
 * Other places that explain it.
 */
labels: Array<Place>,
/**
 * What to do.
 */
help: string | null,
/**
 * Where the documentation of the rule is, below that of the program; none for what is not a rule.
 */
docs: string | null,
/**
 * What the rule is for, in one sentence.
 */
explain: string | null,
/**
 * Ways to correct it.
 */
fixes: Array<Fix>,
/**
 * The part of the message that it is about, where one is rendered.
 */
part: string | null, };
/**
 * A way to correct what was found.
 */
export type Fix = {
/**
 * What it does.
 */
title: string,
/**
 * `safe` where it never changes what is sent, else `unsafe`.
 */
safety: string,
/**
 * What is replaced, in order of place.
 */
edits: Array<Edit>, };
/**
 * What `meniscus lint --format json` prints.
 */
export type LintDocument = {
/**
 * 1.
 */
version: number,
/**
 * What was found, by path and place.
 */
diagnostics: Array<Finding>,
/**
 * How much of it.
 */
summary: LintSummary, };
/**
 * What a lint run came to, in numbers.
 */
export type LintSummary = {
/**
 * Files that were read.
 */
files: number,
/**
 * Files in which something was found.
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
 * What is worth knowing.
 */
infos: number,
/**
 * What `--fix` corrects.
 */
fixable: number,
/**
 * What `--fix --unsafe` corrects beside that.
 */
fixable_unsafe: number,
/**
 * What the baseline hides.
 */
hidden: number,
/**
 * Entries of the baseline that match nothing any more.
 */
stale: number,
/**
 * How often each rule found something.
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
 * Its default level: `error`, `warn`, `info` or `off`.
 */
level: string,
/**
 * What it finds, in one sentence.
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
 * The value of `'now'`, as written.
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
 * A place in an output where Liquid printed something, or where it should have.
 */
export type Mark = {
/**
 * Its number in the part.
 */
id: number,
/**
 * Where it begins, in bytes of the output.
 */
start: number,
/**
 * Where it ends; the same where nothing was printed.
 */
end: number,
/**
 * Where it begins, in UTF-16 units of the output.
 */
start16: number,
/**
 * Where it ends.
 */
end16: number,
/**
 * What is there.
 */
kind: MarkKind,
/**
 * The output or tag that printed it.
 */
at: Place,
/**
 * What its markup says, without braces.
 */
expression: string,
/**
 * Where the values come from, or should have come from.
 */
origins: Array<ValueOrigin>,
/**
 * Why nothing is there.
 */
reason: Reason | null,
/**
 * Where it is in the HTML.
 */
where: MarkPlace, };
/**
 * What is at a mark.
 */
export type MarkKind = "value" | "block" | "blank" | "left_out";
/**
 * Where a mark is in the HTML of a part.
 */
export type MarkPlace = "text" | "attribute" | "other";
/**
 * A member of a body.
 */
export type MemberContract = {
/**
 * Its path: `user.id`, `tags[]`.
 */
name: string,
/**
 * Its value, `{{…}}` where something comes in; none where it isn't shown.
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
 * The files that can't be read as they are written: more may be read there.
 */
broken: Array<string>,
/**
 * What is read of each family of attributes; `profile` is the recipient's own.
 */
families: { [key in string]: Array<FieldContract> },
/**
 * The calls, each once.
 */
calls: Array<CallContract>,
/**
 * The content blocks that are included.
 */
content_blocks: Array<BlockContract>,
/**
 * The variables that nothing in the templates sets.
 */
variables: Array<VariableContract>, };
/**
 * A part of a message, as the preview shows it.
 */
export type MessagePart = {
/**
 * `subject`, `body` …
 */
name: string,
/**
 * The field of its channel, whatever its file is called: `title` …
 */
field: string | null,
/**
 * Where the preview shows it: `everywhere`, only in the `frame`, or `below` it.
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
 * What a customer gets.
 */
output: string,
/**
 * Bytes of the output.
 */
bytes: number,
/**
 * Why the message is not sent.
 */
aborted: Abort | null,
/**
 * Where the frame that shows it is.
 */
frame: string | null,
/**
 * In an export: the HTML of the frame.
 */
frame_html: string | null,
/**
 * Where the frame of a picture is, whose address the part is.
 */
picture: string | null,
/**
 * What Liquid printed, and where it printed nothing.
 */
marks: Array<Mark>,
/**
 * The text of templates in the output.
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
 * A recording that nearly answers a call.
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
 * How many of its conditions hold.
 */
held: number,
/**
 * How many it has.
 */
conditions: number,
/**
 * The first condition that doesn't hold, as a sentence.
 */
difference: string | null, };
/**
 * A snapshot whose message, part or scenario no longer exists.
 */
export type OrphanedSnapshot = {
/**
 * Its file, relative to the workspace.
 */
snapshot: string,
/**
 * What no longer exists: `message`, `part` or `scenario`.
 */
gone: string,
/**
 * The name of that.
 */
name: string,
/**
 * The same in words.
 */
says: string, };
/**
 * Characters of a named file, with what is said of them.
 */
export type Place = {
/**
 * The file, relative to the workspace.
 */
path: string,
/**
 * The characters.
 */
span: Span,
/**
 * What is said of them; may be empty.
 */
text: string, };
/**
 * A place between two characters of a file.
 */
export type Point = {
/**
 * From 1.
 */
line: number,
/**
 * From 1, in characters.
 */
column: number,
/**
 * From 0, in bytes of the file.
 */
offset: number,
/**
 * From 0, in UTF-16 units of the file.
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
 * What was read: a path into the scenario, or the expression.
 */
path: string,
/**
 * The table of the scenario that it reads.
 */
table: string | null,
/**
 * What came of it.
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
 * What came of reading an expression.
 */
export type ReadState = "read" | "defaulted" | "missing";
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
 * 1.
 */
version: number,
/**
 * What was rendered, in order.
 */
renders: Array<RenderedPart>, };
/**
 * A message for a scenario, as the preview shows it.
 */
export type RenderedMessage = {
/**
 * Counts how often the workspace was read.
 */
generation: number,
/**
 * The message.
 */
message: string,
/**
 * The scenario; empty for a recipient of whom nothing is known.
 */
scenario: string,
/**
 * `email`, `push` …; null where the message does not say.
 */
channel: string | null,
/**
 * How an in-app message or a Content Card is laid out: `slide_up`, `captioned` …
 */
layout: string | null,
/**
 * Whether all parts are sent.
 */
sent: boolean,
/**
 * Whether a text can't be read at all.
 */
refused: boolean,
/**
 * The parts, as people read them.
 */
parts: Array<MessagePart>,
/**
 * What rendering found.
 */
problems: Array<Finding>,
/**
 * The calls of all parts, in order.
 */
calls: Array<Call>,
/**
 * Who it is rendered for, and what was read.
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
 * The request of a webhook, or why there is none.
 */
request: unknown,
/**
 * Where it can't be read: the last render that could.
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
 * What a customer gets; null where the message is aborted.
 */
output: string | null,
/**
 * Why it is aborted.
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
 * The places that print nothing although a value was asked for.
 */
blanks: Array<BlankPlace>,
/**
 * What `--why` and `--trace` say, a line each; null where they were not asked for.
 */
why: Array<string> | null,
/**
 * What rendering found.
 */
diagnostics: Array<Finding>, };
/**
 * What `meniscus rules --format json` prints.
 */
export type RulesDocument = {
/**
 * 1.
 */
version: number,
/**
 * The rules, by name.
 */
rules: Array<ListedRule>, };
/**
 * The line of a scenario that a value is on.
 */
export type ScenarioPlace = {
/**
 * The file.
 */
path: string,
/**
 * The characters.
 */
span: Span, };
/**
 * What `meniscus scenarios list --format json` prints.
 */
export type ScenariosDocument = {
/**
 * 1.
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
 * The limit in words.
 */
what: string,
/**
 * Bytes of the message.
 */
bytes: number,
/**
 * Bytes that it may have.
 */
limit: number,
/**
 * Whether it has more.
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
 * Segments that it is billed as.
 */
segments: number,
/**
 * Units of a segment.
 */
per_segment: number,
/**
 * Units that the last segment has room for.
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
 * A character that is not in GSM-7.
 */
export type SmsOdd = {
/**
 * The character.
 */
character: string,
/**
 * `U+2019`.
 */
code: string,
/**
 * Where it is first, in UTF-16 units.
 */
utf16: number,
/**
 * How often it is there.
 */
count: number, };
/**
 * Characters of a file.
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
 * 1.
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
 * How it differs from that, a line each.
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
 * `same`, `new`, `missing`, `changed`, `refused` or `unreadable`.
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
 * Why a text changed.
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
 * Those that no longer do.
 */
before: Array<string>,
/**
 * Those that newly do.
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
 * 1.
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
 * Snapshots whose message, part or scenario no longer exists.
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
 * How many of each.
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
 * Cases whose text is that of their snapshot.
 */
same: number,
/**
 * Cases whose text differs from their snapshot.
 */
changed: number,
/**
 * Cases without a snapshot.
 */
new: number,
/**
 * Cases without a snapshot, though other cases of their part have one.
 */
missing: number,
/**
 * Cases that would not be sent, for their syntax.
 */
refused: number,
/**
 * Cases whose snapshot can't be read.
 */
unreadable: number,
/**
 * Claims that hold.
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
 * Number of claims that hold.
 */
met: number,
/**
 * The claims that fail.
 */
unmet: Array<UnmetClaim>, };
/**
 * Where text of templates is in an output.
 */
export type Texts = {
/**
 * Files, relative to the workspace.
 */
paths: Array<string>,
/**
 * For each text its start and end in the output, the index of its file, and its start there;
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
 * The actual result, and the places that show it, a line each.
 */
says: string,
/**
 * The rule: `unknown-field`; or what else found it: `workspace-file`.
 */
rule: string,
/**
 * `error`, `warn` or `info`.
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
 * The characters that are wrong.
 */
span: Span,
/**
 * What is said of the characters; may be empty.
 */
label: string,
/**
 * Other places that explain it.
 */
labels: Array<Place>,
/**
 * What to do.
 */
help: string | null,
/**
 * Where the documentation of the rule is, below that of the program; none for what is not a rule.
 */
docs: string | null,
/**
 * What the rule is for, in one sentence.
 */
explain: string | null,
/**
 * Ways to correct it.
 */
fixes: Array<Fix>,
/**
 * The part of the message that it is about, where one is rendered.
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
 * The name of the message, scenario or content block.
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
 * `printed`, `tested`, `looped`, `assigned`, `argument`, `indexed` or `interpolated`.
 */
usage: string,
/**
 * Whether a condition or a default is about it.
 */
guarded: boolean, };
/**
 * Where a value comes from.
 */
export type ValueOrigin = { "kind": "call",
/**
 * The call, by its place among those of all parts.
 */
call: number,
/**
 * The recording that answered.
 */
recording: string | null,
/**
 * Keys and places from the root of the response.
 */
keys: Array<JsonValue>,
/**
 * The same as templates write it.
 */
path: string, } | { "kind": "scenario",
/**
 * `user`, `custom_attribute` …
 */
table: string,
/**
 * Keys and places from the table on.
 */
keys: Array<JsonValue>,
/**
 * The same with the table, as templates write it.
 */
path: string,
/**
 * Its line in the scenario's file.
 */
at: ScenarioPlace | null, } | { "kind": "variable",
/**
 * Keys and places.
 */
keys: Array<JsonValue>,
/**
 * The same as templates write it.
 */
path: string,
/**
 * Its line in the scenario's file, where that sets it.
 */
at: ScenarioPlace | null, } | { "kind": "template",
/**
 * Keys and places.
 */
keys: Array<JsonValue>,
/**
 * The same as templates write it.
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
 * The value, as far as it is shown.
 */
value: unknown,
/**
 * What it is, in words.
 */
kind: string,
/**
 * Whether more of it is not shown.
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
 * Its value, where that is declared and is no secret.
 */
value: JsonValue | null,
/**
 * Where it is read.
 */
read_at: Array<UseContract>, };
export type JsonValue = unknown;

//! A copy of a message's HTML for a frame: without anything that could act or fetch, and with marks
//! around Liquid's output.
//!
//! The frame's policy already forbids scripts and requests. This removes what no policy covers
//! (connection hints, a base URL), and what would leave gaps on the page.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer, naive_next_state};
use regex::Regex;

use crate::text::Utf16Places;

/// A frame's policy without remote images.
pub const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
     form-action 'none'; base-uri 'none'";

/// A frame's policy with remote images.
pub const POLICY_WITH_IMAGES: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; \
     form-action 'none'; base-uri 'none'";

/// Returns a frame filled by an image; the policy decides whether it may be fetched.
pub fn framed_picture(address: &str) -> String {
    let address = address.trim().replace('&', "&amp;").replace('"', "&quot;");
    format!(
        "<!doctype html><style>html,body{{margin:0;height:100%}}\
         img{{display:block;width:100%;height:100%;object-fit:cover}}</style><img src=\"{address}\" alt=\"\">"
    )
}

/// Elements whose tags are removed; their content is kept if browsers show it.
const LEFT_OUT: [&[u8]; 8] =
    [b"link", b"base", b"object", b"embed", b"applet", b"frame", b"frameset", b"portal"];

/// Elements that show something without having text.
const SHOWN_ALONE: [&str; 6] = ["img", "hr", "input", "svg", "video", "picture"];

/// Elements that are removed with their content.
const LEFT_OUT_WHOLE: [&[u8]; 2] = [b"script", b"iframe"];

/// A part of the output printed by Liquid.
#[derive(Clone, Copy, Debug)]
pub struct Printed {
    pub id: usize,
    /// Its start in bytes.
    pub start: usize,
    pub end: usize,
}

/// Where a part of the output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// Between tags: the frame has comments around it.
    Text,
    /// Inside a tag: the tag has an attribute for it.
    Tag,
    /// In a title, style sheet, or comment, or across the border of a tag.
    Other,
}

/// The frame's HTML, and where each part is.
#[derive(Debug)]
pub struct Framed {
    pub html: String,
    /// In the order of the given parts.
    pub places: Vec<Where>,
}

/// Makes the copy for a frame. `printed` is sorted by start, outer before inner; with it, each run
/// of text has a comment before it that says where it starts, too. With `policy`, the copy contains
/// the policy, for a frame without a server.
pub fn framed(output: &str, printed: Option<&[Printed]>, policy: Option<&str>) -> Framed {
    let map = HtmlMap::of(output);
    let mut edits = Vec::new();
    if printed.is_some() {
        let units = Utf16Places::of(output);
        edits.extend(map.text_starts(output).map(|at| {
            let text = format!("<!--t:{}-->", units.units(output, at));
            // After the marks that end there, before those that begin.
            Edit { at, end: at, order: 0, text }
        }));
    }
    marked(output, &map, (edits, printed.unwrap_or_default()), policy)
}

/// Makes the copy for a frame with marks around changed ranges, which are sorted.
///
/// A range may cross tags, so that it has several marks. Returns the number of the range for each
/// mark; what can't be seen, such as a style sheet, has none.
pub fn framed_changes(
    output: &str,
    ranges: &[Range<usize>],
    policy: Option<&str>,
) -> (String, Vec<usize>) {
    let map = HtmlMap::of(output);
    let (mut printed, mut numbers) = (Vec::new(), Vec::new());
    for (number, range) in ranges.iter().enumerate() {
        for (start, end) in map.visible(output, range) {
            printed.push(Printed { id: printed.len(), start, end });
            numbers.push(number);
        }
    }
    (marked(output, &map, (Vec::new(), &printed), policy).html, numbers)
}

fn marked(
    output: &str,
    map: &HtmlMap,
    (mut edits, printed): (Vec<Edit>, &[Printed]),
    policy: Option<&str>,
) -> Framed {
    edits.extend(map.removals.iter().map(|&(start, end)| Edit::removal(start, end)));
    if let Some(policy) = policy {
        let meta = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
        // Before anything that could fetch. A document type only counts at the start.
        let is_first = output
            .trim_start()
            .get(..9)
            .is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"));
        let at = if is_first { map.doctype_end } else { 0 };
        edits.push(Edit { at, end: at, order: i64::MIN, text: meta });
    }
    let mut places = Vec::with_capacity(printed.len());
    let mut in_tags: Vec<(usize, String)> = Vec::new();
    for (number, one) in printed.iter().enumerate() {
        let order = number as i64 + 1;
        if one.start == one.end && map.is_text(one.start) {
            let text = format!("<!--m:{0}--><!--/m:{0}-->", one.id);
            edits.push(Edit { at: one.start, end: one.start, order, text });
            places.push(Where::Text);
        } else if map.is_text(one.start) && map.is_text(one.end) {
            let (open, close) = (format!("<!--m:{}-->", one.id), format!("<!--/m:{}-->", one.id));
            edits.push(Edit { at: one.start, end: one.start, order, text: open });
            // What starts later ends first.
            edits.push(Edit { at: one.end, end: one.end, order: -order, text: close });
            places.push(Where::Text);
        } else if let Some(tag) = map.tag_around(one.start, one.end) {
            match in_tags.last_mut() {
                Some((at, ids)) if *at == tag => ids.push_str(&format!(" {}", one.id)),
                _ => in_tags.push((tag, one.id.to_string())),
            }
            places.push(Where::Tag);
        } else {
            places.push(Where::Other);
        }
    }
    edits.extend(in_tags.into_iter().map(|(at, ids)| Edit {
        at,
        end: at,
        order: 0,
        text: format!(" data-m=\"{ids}\""),
    }));
    Framed { html: applied(output, edits), places }
}

/// A removal or insertion.
struct Edit {
    at: usize,
    end: usize,
    order: i64,
    text: String,
}

impl Edit {
    fn removal(at: usize, end: usize) -> Edit {
        Edit { at, end, order: 0, text: String::new() }
    }
}

fn applied(output: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.at, edit.order));
    let added = edits.iter().map(|edit| edit.text.len()).sum::<usize>();
    let mut html = String::with_capacity(output.len() + added);
    let mut at = 0;
    for edit in &edits {
        html.push_str(output.get(at..edit.at).unwrap_or_default());
        html.push_str(&edit.text);
        at = at.max(edit.at).max(edit.end);
    }
    html.push_str(output.get(at..).unwrap_or_default());
    html
}

/// Where the tags in a text are.
#[derive(Debug, Default)]
struct HtmlMap {
    /// Anything but text to show, in order: tags, comments, and the text of titles and style
    /// sheets.
    closed: Vec<(usize, usize)>,
    /// Kept start tags: start, end, and the end of the name.
    tags: Vec<(usize, usize, usize)>,
    removals: Vec<(usize, usize)>,
    doctype_end: usize,
}

impl HtmlMap {
    fn of(output: &str) -> HtmlMap {
        let mut map = HtmlMap::default();
        map.read(output, 0);
        map.closed.sort_unstable();
        map.tags.sort_unstable();
        map.defuse(output);
        map
    }

    /// Parses a text that starts at an offset of the whole.
    fn read(&mut self, output: &str, base: usize) {
        let map = self;
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        emitter.naively_switch_states(true);
        // The element whose text isn't shown, or not as it is.
        let mut raw: Option<(Vec<u8>, usize)> = None;
        for token in Tokenizer::new_with_emitter(output, emitter) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => {
                    let (start, end) = (base + tag.span.start, base + tag.span.end);
                    map.closed.push((start, end));
                    let whole = LEFT_OUT_WHOLE.contains(&&**tag.name);
                    if naive_next_state(&tag.name).is_some() {
                        raw = Some((tag.name.to_vec(), if whole { start } else { end }));
                    }
                    if whole || is_left_out(&tag) {
                        map.removals.push((start, end));
                    } else {
                        map.tags.push((start, end, start + 1 + tag.name.len()));
                    }
                }
                Token::EndTag(tag) => {
                    let (start, end) = (base + tag.span.start, base + tag.span.end);
                    if let Some((name, opened)) = raw.take_if(|(name, _)| **name == **tag.name) {
                        let whole = LEFT_OUT_WHOLE.contains(&&*name);
                        if name == b"noscript" {
                            // Without scripts, browsers parse its content.
                            let inner = output.get(opened - base..start - base);
                            map.read(inner.unwrap_or_default(), opened);
                        } else {
                            map.hide(opened, start, whole);
                        }
                    }
                    map.closed.push((start, end));
                    if LEFT_OUT.contains(&&**tag.name) || LEFT_OUT_WHOLE.contains(&&**tag.name) {
                        map.removals.push((start, end));
                    }
                }
                Token::Comment(comment) => {
                    let (start, end) = (base + comment.span.start, base + comment.span.end);
                    map.closed.push((start, end));
                    map.removals.push((start, end));
                }
                Token::Doctype(doctype) => {
                    let (start, end) = (base + doctype.span.start, base + doctype.span.end);
                    map.closed.push((start, end));
                    if map.doctype_end == 0 {
                        map.doctype_end = end;
                    }
                }
                Token::String(_) | Token::Error(_) => {}
            }
        }
        if let Some((name, opened)) = raw {
            let end = base + output.len() + 1;
            map.hide(opened, end, LEFT_OUT_WHOLE.contains(&&*name));
        }
    }

    /// Removes the `<` of tags parsed as text that would fetch as tags: inside `<svg>` and
    /// `<math>`, browsers parse tags in `<style>` and `<title>`.
    fn defuse(&mut self, output: &str) {
        static TAGS: LazyLock<Option<Regex>> = LazyLock::new(|| {
            let names = "link|base|object|embed|applet|frame|frameset|portal|script|iframe|meta";
            Regex::new(&format!(r"(?i)<(?:{names})[\s/>]")).ok()
        });
        let known = self.removals.iter().copied().collect::<BTreeSet<_>>();
        let kept = self.tags.iter().map(|(start, ..)| *start).collect::<BTreeSet<_>>();
        for found in TAGS.iter().flat_map(|tags| tags.find_iter(output)) {
            let start = found.start();
            let before = known.range(..=(start, usize::MAX)).next_back();
            let is_gone = before.is_some_and(|(_, end)| start < *end);
            if !is_gone && !kept.contains(&start) {
                self.removals.push((start, start + 1));
            }
        }
    }

    /// Records an element's text that isn't shown as it is.
    fn hide(&mut self, start: usize, end: usize, whole: bool) {
        // Its borders aren't places for a comment, either.
        self.closed.push((start.saturating_sub(1), end + 1));
        if whole {
            self.removals.push((start, end));
        }
    }

    /// Yields the starts of text to show, white space left out.
    fn text_starts(&self, output: &str) -> impl Iterator<Item = usize> {
        let ends = std::iter::once(0).chain(self.closed.iter().map(|(_, end)| *end));
        let next = self.closed.iter().map(|(start, _)| *start).chain([output.len()]);
        ends.zip(next).filter_map(|(end, next)| {
            let text = output.get(end..next)?;
            (!text.trim().is_empty() && self.is_text(end)).then_some(end)
        })
    }

    /// Whether a comment may be inserted at an offset.
    fn is_text(&self, at: usize) -> bool {
        let behind = self.closed.partition_point(|(start, _)| *start < at);
        // Earlier ones may be nested, at most two deep.
        let around = self.closed[..behind].iter().rev().take(3);
        around.into_iter().all(|(_, end)| at >= *end)
    }

    /// Returns the parts of a range where marks can be: text between tags, and the inside of tags
    /// that it changes or that show something by themselves. An empty range is one place.
    fn visible(&self, output: &str, range: &Range<usize>) -> Vec<(usize, usize)> {
        if range.is_empty() {
            return vec![(range.start, range.end)];
        }
        let mut parts = Vec::new();
        let mut at = range.start;
        for &(start, end) in &self.closed {
            if start >= range.end {
                break;
            }
            if start > at {
                parts.push((at, start));
            }
            at = at.max(end);
        }
        if at < range.end {
            parts.push((at, range.end));
        }
        parts.retain(|&(start, end)| {
            let text = output.get(start..end).unwrap_or_default();
            !text.trim().is_empty() || (start, end) == (range.start, range.end)
        });
        for &(start, end, name_end) in &self.tags {
            let name = output.get(start + 1..name_end).unwrap_or_default();
            let is_whole = range.start <= start && end <= range.end;
            let is_alone = SHOWN_ALONE.iter().any(|known| name.eq_ignore_ascii_case(known));
            if start < range.end && range.start < end && (is_alone || !is_whole) {
                parts.push((range.start.max(start + 1), range.end.min(end)));
            }
        }
        parts.sort_unstable();
        parts
    }

    /// Returns the end of the name of the start tag around a range.
    fn tag_around(&self, start: usize, end: usize) -> Option<usize> {
        let behind = self.tags.partition_point(|(begun, ..)| *begun < start);
        let (_, tag_end, name_end) = *self.tags.get(behind.checked_sub(1)?)?;
        (end <= tag_end && start < tag_end).then_some(name_end)
    }
}

fn is_left_out(tag: &StartTag<usize>) -> bool {
    let is_directive =
        || **tag.name == *b"meta" && tag.attributes.keys().any(|name| ***name == *b"http-equiv");
    LEFT_OUT.contains(&&**tag.name) || is_directive()
}

#[cfg(test)]
mod tests {
    use super::{Printed, Where, framed, framed_changes};

    /// Marks the text between `«` and `»`.
    fn marked(text: &str) -> (String, Vec<Where>) {
        let (mut output, mut printed, mut open) =
            (String::new(), Vec::<Printed>::new(), Vec::new());
        for c in text.chars() {
            match c {
                '«' => {
                    open.push(printed.len());
                    let start = output.len();
                    printed.push(Printed { id: printed.len(), start, end: start });
                }
                '»' => {
                    let number: usize = open.pop().expect("an open mark");
                    printed[number].end = output.len();
                }
                c => output.push(c),
            }
        }
        printed.sort_by_key(|one| one.start);
        let framed = framed(&output, Some(&printed), None);
        (framed.html, framed.places)
    }

    #[test]
    fn text_has_comments_around_it() {
        let (html, places) = marked("<p>Dear «Anna», ««5» points»</p>");
        assert_eq!(
            html,
            "<p><!--t:3-->Dear <!--m:0-->Anna<!--/m:0-->, <!--m:1--><!--m:2-->5<!--/m:2--> points\
             <!--/m:1--></p>"
        );
        assert_eq!(places, [Where::Text; 3]);
        let (html, places) = marked("«<b>é</b>»\r\n«x»");
        assert_eq!(
            html,
            "<!--m:0--><b><!--t:3-->é</b><!--/m:0--><!--t:8-->\r\n<!--m:1-->x<!--/m:1-->"
        );
        assert_eq!(places, [Where::Text; 2]);
        assert_eq!(marked("«a»«b»").0, "<!--t:0--><!--m:0-->a<!--/m:0--><!--m:1-->b<!--/m:1-->");
    }

    #[test]
    fn a_place_where_nothing_is_printed_is_marked_as_well() {
        let (html, places) = marked("<p>Dear «», <a href=\"«»\">«»</a></p>«»");
        assert_eq!(
            html,
            "<p><!--t:3-->Dear <!--m:0--><!--/m:0-->, <a data-m=\"1\" href=\"\">\
             <!--m:2--><!--/m:2--></a></p><!--m:3--><!--/m:3-->"
        );
        assert_eq!(places, [Where::Text, Where::Tag, Where::Text, Where::Text]);
    }

    #[test]
    fn a_change_across_tags_has_a_mark_for_each_text() {
        let output = "<p class=a>one</p><style>b{}</style><img src=x> <p>two</p>";
        let changes = |from: &str, to: &str| {
            let start = output.find(from).expect("its start");
            let end = output.find(to).expect("its end") + to.len();
            framed_changes(output, std::slice::from_ref(&(start..end)), None)
        };
        let (html, numbers) = changes("ne", "two");
        assert_eq!(
            html,
            "<p class=a>o<!--m:0-->ne<!--/m:0--></p><style>b{}</style><img data-m=\"1\" src=x> \
             <p><!--m:2-->two<!--/m:2--></p>"
        );
        assert_eq!(numbers, [0, 0, 0]);
        assert_eq!(changes("=a", "=a").0, output.replace("<p c", "<p data-m=\"0\" c"));
        assert_eq!(changes("b{", "}"), (output.to_owned(), vec![]));
        let (html, numbers) = framed_changes("ab", std::slice::from_ref(&(1..1)), None);
        assert_eq!((html.matches("m:0").count(), numbers), (2, vec![0]));
    }

    #[test]
    fn a_tag_says_what_was_printed_in_it() {
        let (html, places) = marked("<a href=\"«https://x.example/é»?«a»\" title=«t»>«x»</a>");
        assert_eq!(
            html,
            "<a data-m=\"0 1 2\" href=\"https://x.example/é?a\" title=t><!--t:40--><!--m:3-->x\
             <!--/m:3--></a>"
        );
        assert_eq!(places, [Where::Tag, Where::Tag, Where::Tag, Where::Text]);
    }

    #[test]
    fn titles_style_sheets_and_borders_have_no_marks() {
        let (html, places) = marked("<title>«t»</title><style>a{color:«red»}</style><«b»>«x</b»>");
        assert_eq!(
            html,
            "<title>t</title><style>a{color:red}</style><b data-m=\"2\"><!--t:46-->x</b>"
        );
        assert_eq!(places, [Where::Other, Where::Other, Where::Tag, Where::Other]);
    }

    #[test]
    fn what_could_act_is_left_out() {
        let text = "<!doctype html><base href=//x><link rel=preconnect href=//x><meta http-equiv=refresh content=0>\
                    <meta charset=utf-8><script>alert('<p>')</script><iframe src=x>y</iframe><object data=x>z</object>\
                    <!-- c --><p>k</p><script>open";
        assert_eq!(framed(text, None, None).html, "<!doctype html><meta charset=utf-8>z<p>k</p>");
        let policy = framed("<!doctype html><p>k", None, Some("a 'b'")).html;
        assert_eq!(
            policy,
            "<!doctype html><meta http-equiv=\"Content-Security-Policy\" content=\"a 'b'\"><p>k"
        );
    }

    #[test]
    fn the_policy_comes_before_anything_that_fetches() {
        for text in [
            "<img src=//x><!doctype html>",
            "a<!doctype html>",
            "<!-- c --><!doctype html><p>",
            "",
            "<p>",
        ] {
            let html = framed(text, None, Some("p")).html;
            assert!(html.starts_with("<meta http-equiv"), "{html}");
        }
        let html = framed(" <!DOCTYPE html><p>", None, Some("p")).html;
        assert!(html.starts_with(" <!DOCTYPE html><meta http-equiv"), "{html}");
    }

    /// In `<svg>`, a style sheet and a title contain tags, whatever the tokenizer says.
    #[test]
    fn what_is_text_elsewhere_is_no_way_out() {
        for text in [
            "<svg><style><p><link rel=preconnect href=//x></style></svg>",
            "<svg><title><LINK rel=preconnect href=//x></title></svg>",
            "<math><style><base href=//x><meta http-equiv=refresh content=0></style>",
            "<svg><desc><style><iframe src=//x>",
            "<textarea><link/rel=preconnect></textarea>",
        ] {
            let html = framed(text, None, None).html.to_ascii_lowercase();
            for tag in ["<link", "<base", "<meta", "<iframe"] {
                assert!(!html.contains(tag), "{text} became {html}");
            }
        }
        let plain = "<style>a{b:'<c>'}</style><title>a < b</title><meta charset=utf-8>";
        assert_eq!(framed(plain, None, None).html, plain);
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_printed_the_rest_stays(
            text in "(<|>|/|!|-|a|b |=|\"|'|script|style|title|é|\\r\\n|&amp;|<p>|</p>|<a href=){0,40}",
            cuts in proptest::collection::vec(0usize..200, 0..12),
        ) {
            let mut cuts = cuts.into_iter().map(|cut| cut % (text.len() + 1)).collect::<Vec<_>>();
            cuts.retain(|cut| text.is_char_boundary(*cut));
            cuts.sort_unstable();
            let printed = cuts.chunks_exact(2).enumerate();
            let printed =
                printed.map(|(id, pair)| Printed { id, start: pair[0], end: pair[1] }).collect::<Vec<_>>();
            let plain = framed(&text, None, None).html;
            let framed = framed(&text, Some(&printed), None);
            let mut html = framed.html;
            for one in &printed {
                html = html.replace(&format!("<!--m:{}-->", one.id), "");
                html = html.replace(&format!("<!--/m:{}-->", one.id), "");
            }
            let pattern = " data-m=\"[0-9 ]+\"|<!--t:[0-9]+-->";
            let pattern = regex::Regex::new(pattern).expect("a pattern");
            proptest::prop_assert_eq!(pattern.replace_all(&html, ""), plain);
        }
    }
}

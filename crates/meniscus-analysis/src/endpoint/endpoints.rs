use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::matching::fit;
use super::pack::Endpoint;
use super::packs::Packs;
use super::samples::{ResponseKind, response_kind, shape_of, with_status};
use crate::recording::{CallPattern, PartialCall, Piece, Recording, Replay, UrlPattern};
use crate::shape::{Kinds, Shape, combine};

/// What is known about every call, from packs and recordings.
///
/// Responses are cached: each distinct set of recordings gets one shape, and a recording's body is
/// parsed when a call first needs it.
#[derive(Debug)]
pub struct Endpoints {
    packs: Packs,
    replay: Replay,
    asked: Kept<(String, Vec<Piece>), Asked>,
    shapes: Kept<(Option<usize>, Vec<usize>), Arc<Shape>>,
}

/// What is known about the response to a call.
#[derive(Clone, Debug)]
pub struct Answered<'k> {
    pub endpoint: Option<&'k Endpoint>,
    /// What a successful call saves.
    pub shape: Arc<Shape>,
    /// The recordings behind the shape, sorted by path.
    pub recordings: Vec<&'k Recording>,
    /// How many recordings could respond with an error or break the connection.
    pub failing: usize,
    /// How many recordings could respond with something other than JSON, which leaves the variable
    /// unset.
    pub not_json: usize,
}

/// What the method and URL of a call resolve to.
#[derive(Debug)]
struct Asked {
    url: UrlPattern,
    endpoint: Option<usize>,
    /// Recordings with a matching method and URL.
    recordings: Vec<usize>,
}

/// Results by their inputs; each is computed once, and no lock is held meanwhile.
type Kept<K, V> = Mutex<HashMap<K, Arc<OnceLock<V>>>>;

impl Endpoints {
    /// Combines packs and recordings.
    #[must_use]
    pub fn new(packs: Packs, replay: &Replay) -> Endpoints {
        let (asked, shapes) = (Kept::default(), Kept::default());
        Endpoints { packs, replay: replay.clone(), asked, shapes }
    }

    #[must_use]
    pub fn packs(&self) -> &Packs {
        &self.packs
    }

    #[must_use]
    pub fn recordings(&self) -> &Replay {
        &self.replay
    }

    /// Finds an endpoint by name: `get_user_offers` or `sessionm.get_user_offers`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Endpoint> {
        let qualified = name.split_once('.').and_then(|(pack, name)| {
            let pack = self.packs.iter().find(|known| known.name == pack)?;
            pack.endpoints.iter().find(|endpoint| endpoint.name == name)
        });
        qualified.or_else(|| self.packs.endpoints().find(|endpoint| endpoint.name == name))
    }

    /// Returns what is known about a family such as `api_trigger_properties`.
    #[must_use]
    pub fn family(&self, name: &str) -> Option<Arc<Shape>> {
        let family = self.packs.families().find(|family| family.name == name)?;
        Some(family.schema.shape())
    }

    /// Returns what is known about the response to a call.
    #[must_use]
    pub fn answer(&self, call: &CallPattern) -> Answered<'_> {
        let asked = kept(&self.asked, (call.method.clone(), call.url.clone()));
        let asked = asked.get_or_init(|| self.ask(&call.method, &call.url));
        let holed = PartialCall::new(&call.method, &asked.url, call.body.as_deref());
        let fitting = asked.recordings.iter().copied().filter(|&place| {
            let recording = self.recording(place);
            recording.is_some_and(|recording| {
                !recording.asks_for_body() || recording.may_take_body(&holed)
            })
        });
        self.answered(asked.endpoint, fitting.collect())
    }

    /// Returns what is known about the response to a call, ignoring its body.
    #[must_use]
    pub fn answer_whatever_body(&self, call: &CallPattern) -> Answered<'_> {
        let asked = self.ask(&call.method, &call.url);
        self.answered(asked.endpoint, asked.recordings)
    }

    /// Returns all recordings for the call's endpoint, sorted by path, whatever they respond. If no
    /// endpoint is known, returns those with a matching method and URL.
    #[must_use]
    pub fn recordings_of(&self, call: &CallPattern) -> Vec<&Recording> {
        let asked = self.ask(&call.method, &call.url);
        let fits = |place: usize, recording: &Recording| {
            asked.recordings.contains(&place)
                || (asked.endpoint.is_some()
                    && self.endpoint_of(&recording.as_call()) == asked.endpoint)
        };
        let fitting = self.places().filter(|(place, recording)| fits(*place, recording));
        fitting.map(|(_, recording)| recording).collect()
    }

    /// Returns what is known about an endpoint's responses, over all calls.
    #[must_use]
    pub fn answer_of(&self, endpoint: &Endpoint) -> Answered<'_> {
        let place = self.packs.endpoints().position(|known| std::ptr::eq(known, endpoint));
        let mut url = vec![Piece::Placeholder];
        for segment in endpoint.path.trim_start_matches('/').split('/') {
            url.push(Piece::Text("/".to_owned()));
            let is_name = !segment.starts_with('{');
            url.push(if is_name { Piece::Text(segment.to_owned()) } else { Piece::Placeholder });
        }
        let pattern = UrlPattern::new(&url);
        let holed = PartialCall::new(&endpoint.method, &pattern, None);
        let fitting = self.places().filter(|(_, recording)| recording.may_be_asked(&holed));
        let fitting = fitting.filter(|(_, recording)| {
            // A recording may fit two endpoints; the better match wins.
            let asked = self.endpoint_of(&recording.as_call());
            asked.is_none() || asked == place
        });
        let fitting = fitting.map(|(index, _)| index).collect();
        self.answered(place, fitting)
    }

    /// Returns what is known about a recording's response.
    #[must_use]
    pub fn answer_from(&self, name: &str) -> Option<Answered<'_>> {
        let (place, recording) = self.places().find(|(_, recording)| recording.name() == name)?;
        Some(self.answered(self.endpoint_of(&recording.as_call()), vec![place]))
    }

    fn ask(&self, method: &str, url: &[Piece]) -> Asked {
        let url = UrlPattern::new(url);
        if url.is_unknown() {
            return Asked { url, endpoint: None, recordings: Vec::new() };
        }
        let endpoint = self.best(method, &url);
        let holed = PartialCall::new(method, &url, None);
        let fitting = self.places().filter(|(_, recording)| recording.may_be_asked(&holed));
        let fitting = fitting.collect::<Vec<_>>();
        let words = fitting.iter().map(|(_, recording)| names_for_ids(recording, &url));
        let words = words.collect::<Vec<_>>();
        // Where some recordings have an id in place of a value, those with a word there
        // (`/cinemas/nearest` next to `/cinemas/104`) are for other calls.
        let mixed = words.contains(&Some(false));
        let fitting = fitting.iter().zip(&words).filter(|(_, word)| !mixed || **word != Some(true));
        let recordings = fitting.map(|((place, _), _)| *place).collect();
        Asked { url, endpoint, recordings }
    }

    fn endpoint_of(&self, call: &CallPattern) -> Option<usize> {
        self.best(&call.method, &UrlPattern::new(&call.url))
    }

    /// Returns the best match; `None` if several match only by guess.
    fn best(&self, method: &str, url: &UrlPattern) -> Option<usize> {
        let fits = self.packs.endpoints().enumerate();
        let fits = fits.filter_map(|(place, known)| Some((fit(known, method, url)?, place)));
        let mut fits = fits.collect::<Vec<_>>();
        fits.sort();
        match fits[..] {
            [(first, _), (second, _), ..]
                if first.guessed > 0 && second.guessed == first.guessed =>
            {
                None
            }
            [(_, place), ..] => Some(place),
            [] => None,
        }
    }

    fn places(&self) -> impl Iterator<Item = (usize, &Recording)> {
        self.replay.iter().enumerate()
    }

    fn recording(&self, place: usize) -> Option<&Recording> {
        self.replay.get(place)
    }

    fn answered(&self, endpoint: Option<usize>, fitting: Vec<usize>) -> Answered<'_> {
        let known = endpoint.and_then(|place| self.packs.endpoints().nth(place));
        let all = fitting.iter().filter_map(|&place| Some((place, self.recording(place)?)));
        let all = all.filter(|(_, recording)| !recording.is_derived());
        let all = all.map(|(place, recording)| (place, recording, response_kind(recording)));
        let all = all.collect::<Vec<_>>();
        let count =
            |wanted| all.iter().filter(|(_, _, response_kind)| *response_kind == wanted).count();
        let (failing, not_json) = (count(ResponseKind::Failing), count(ResponseKind::Other));
        let good =
            all.into_iter().filter(|(_, _, response_kind)| *response_kind == ResponseKind::Json);
        let (places, recordings): (Vec<_>, Vec<_>) =
            good.map(|(place, recording, _)| (place, recording)).unzip();
        let shape = kept(&self.shapes, (endpoint, places));
        let shape = shape.get_or_init(|| {
            let seen = shape_of(recordings.iter().copied());
            let schema = known.and_then(|endpoint| endpoint.response.as_ref());
            let shape = match schema {
                Some(schema) => combine(&schema.shape(), &seen),
                None if seen.kinds == Kinds::NONE => Arc::new(Shape::any()),
                None => seen,
            };
            with_status(shape)
        });
        Answered { endpoint: known, shape: Arc::clone(shape), recordings, failing, not_json }
    }
}

/// Whether a recording with a fixed URL has a word where a call has a value; `None` if its URL
/// isn't fixed or the call's path has no value.
fn names_for_ids(recording: &Recording, url: &UrlPattern) -> Option<bool> {
    let request = recording.request();
    let fixed = request.url.filter(|_| !request.is_pattern)?;
    let path = fixed.split('?').next().unwrap_or_default();
    let pairs = path.rsplit('/').zip(url.segments().rev());
    let values = pairs.filter(|(_, segment)| segment.has_placeholder()).map(|(text, _)| text);
    let words = values.map(|text| !text.bytes().any(|byte| byte.is_ascii_digit()));
    words.reduce(|any, word| any || word)
}

/// Returns the slot of a result, created on first use.
fn kept<K: std::hash::Hash + Eq, V>(all: &Kept<K, V>, key: K) -> Arc<OnceLock<V>> {
    // A thread that panicked while holding the lock left an empty slot at worst.
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(all.entry(key).or_default())
}

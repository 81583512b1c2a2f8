//! The answers of an export as a script in which what repeats is written once.
//!
//! A message for thirty scenarios repeats its places, reads, calls and texts thirty times. Every object,
//! list and string of some length is a statement of its own (`s[7]={…};`), and where it is needed again
//! only `s[7]` is written. Large data, such as the response in a variable, is shared by all messages:
//! each has a file of its own, named by what it contains, and the answer says which it needs.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::FixedState;
use memchr::memmem;
use serde::ser::{self, Serialize};
use serde_json::{Error, json};
use sha2::{Digest, Sha256};

/// The shortest text that is worth a statement, in bytes.
const SHORTEST: usize = 32;

/// The shortest data that is worth a file, in bytes.
const LARGE: usize = 4_096;

/// What serde_json calls its numbers and its raw texts, which are written as they are.
const VERBATIM: [&str; 2] = ["$serde_json::private::Number", "$serde_json::private::RawValue"];

/// How maps are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Maps {
    /// As the data of a recipient or a response: whole, in a file of its own where it is large.
    Data,
    /// Like other objects.
    Objects,
}

/// Large data, by what it contains: each is written once, as soon as it is found.
pub(super) struct Values<'w> {
    /// The names, by two hashes.
    names: Mutex<HashMap<[u64; 2], Arc<str>>>,
    write: &'w (dyn Fn(&str, &[u8]) + Sync),
}

impl<'w> Values<'w> {
    /// Shares values that `write` writes, by name and statement.
    pub fn new(write: &'w (dyn Fn(&str, &[u8]) + Sync)) -> Values<'w> {
        Values { names: Mutex::default(), write }
    }

    /// Returns how many there are.
    pub fn count(&self) -> usize {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Returns the name of a value, which is written unless it was before.
    fn name_of(&self, text: &[u8]) -> Arc<str> {
        use std::hash::BuildHasher;
        let hashes = [1, 2].map(|seed| FixedState::with_seed(seed).hash_one(text));
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(name) = names.get(&hashes) {
            return Arc::clone(name);
        }
        let digest = Sha256::digest(text);
        let name = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>();
        let name: Arc<str> = name.into();
        names.insert(hashes, Arc::clone(&name));
        drop(names);
        let mut statement = format!("meniscusData.values[{}]=", json!(&*name)).into_bytes();
        statement.extend_from_slice(text);
        statement.extend_from_slice(b";\n");
        (self.write)(&name, &statement);
        name
    }
}

/// The statements of a file.
pub(super) struct Script<'v> {
    values: &'v Values<'v>,
    known: HashMap<Box<[u8]>, usize, FixedState>,
    text: Vec<u8>,
}

/// An answer, or a piece of one, as an expression.
#[derive(Debug, Default)]
pub(super) struct Piece {
    text: Vec<u8>,
    needs: Vec<Arc<str>>,
}

impl<'v> Script<'v> {
    pub fn new(values: &'v Values<'v>) -> Script<'v> {
        Script { values, known: HashMap::default(), text: b"{const s=[];\n".to_vec() }
    }

    /// Adds an answer, which the page gets under a key.
    pub fn answer(&mut self, key: &str, answer: &impl Serialize, maps: Maps) {
        let piece = self.piece(answer, maps);
        self.add(key, piece);
    }

    /// Adds a list of pieces in an object: `{generation, message, cells}`.
    pub fn list(&mut self, key: &str, before: &str, pieces: Vec<Piece>) {
        let mut whole = Piece { text: before.as_bytes().to_vec(), ..Piece::default() };
        for (number, piece) in pieces.into_iter().enumerate() {
            if number > 0 {
                whole.text.push(b',');
            }
            whole.text.extend(piece.text);
            whole.needs.extend(piece.needs);
        }
        whole.text.extend_from_slice(b"]}");
        self.add(key, whole);
    }

    /// Returns a value as an expression, with the statements that it needs before it.
    pub fn piece(&mut self, value: &impl Serialize, maps: Maps) -> Piece {
        let mut writer = Writer {
            script: self,
            maps,
            out: Vec::new(),
            data: 0,
            is_verbatim: false,
            needs: Vec::new(),
            needed_at: None,
        };
        // Only maps with keys that are no strings could fail, which these types don't have.
        if value.serialize(&mut writer).is_err() {
            return Piece { text: b"null".to_vec(), ..Piece::default() };
        }
        Piece { text: writer.out, needs: writer.needs }
    }

    fn add(&mut self, key: &str, piece: Piece) {
        let Piece { text, mut needs } = piece;
        needs.sort();
        needs.dedup();
        let needs = needs.iter().map(|name| &**name).collect::<Vec<_>>();
        let begin = format!("meniscusData[{}]=[{},v=>(", json!(key), json!(needs));
        self.text.extend_from_slice(begin.as_bytes());
        self.text.extend_from_slice(&text);
        self.text.extend_from_slice(b")];\n");
    }

    /// Returns the whole script.
    pub fn finish(mut self) -> Vec<u8> {
        self.text.extend_from_slice(b"}\n");
        self.text
    }
}

/// Writes a value as an expression.
struct Writer<'s, 'v> {
    script: &'s mut Script<'v>,
    maps: Maps,
    out: Vec<u8>,
    /// How many maps of data are open.
    data: usize,
    /// Whether the next string is written as it is.
    is_verbatim: bool,
    needs: Vec<Arc<str>>,
    /// Where the last large value stands: what contains one isn't a statement, because statements run
    /// before values are loaded.
    needed_at: Option<usize>,
}

impl Writer<'_, '_> {
    fn put(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }

    fn json<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        serde_json::to_writer(&mut self.out, value)
    }

    /// The same for what was written as it was.
    fn own_keys(&mut self, start: usize) {
        const KEY: &[u8] = b"\"__proto__\":";
        let places = memmem::find_iter(&self.out[start..], KEY).collect::<Vec<_>>();
        for place in places.into_iter().rev() {
            let own = b"[\"__proto__\"]:".iter().copied();
            self.out.splice(start + place..start + place + KEY.len(), own);
        }
    }

    /// Ends a text that began at an offset: it is a statement, unless it is too short.
    fn end(&mut self, start: usize) {
        let text = &self.out[start..];
        let has_value = self.needed_at.is_some_and(|at| at >= start);
        if self.data > 0 || text.len() < SHORTEST || has_value {
            return;
        }
        let Script { known, text: statements, .. } = &mut *self.script;
        let number = match known.get(text) {
            Some(number) => *number,
            None => {
                let number = known.len();
                // Writing to memory doesn't fail.
                let _ = write!(statements, "s[{number}]=");
                statements.extend_from_slice(text);
                statements.extend_from_slice(b";\n");
                known.insert(text.into(), number);
                number
            }
        };
        self.out.truncate(start);
        let _ = write!(self.out, "s[{number}]");
    }

    /// Ends data that began at an offset.
    fn end_data(&mut self, start: usize) {
        if self.data > 0 || self.maps == Maps::Objects || self.out.len() - start < LARGE {
            return self.end(start);
        }
        let name = self.script.values.name_of(&self.out[start..]);
        self.out.truncate(start);
        let _ = write!(self.out, "v({})", json!(&*name));
        self.needed_at = Some(start);
        self.needs.push(name);
    }
}

/// An object or list that is being written.
struct Open<'w, 's, 'v> {
    writer: &'w mut Writer<'s, 'v>,
    start: usize,
    is_first: bool,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    List,
    Object,
    Data,
    Verbatim,
    /// `{"variant":[…]}`
    ListOfVariant,
    /// `{"variant":{…}}`
    ObjectOfVariant,
}

impl<'w, 's, 'v> Open<'w, 's, 'v> {
    fn new(writer: &'w mut Writer<'s, 'v>, kind: Kind) -> Self {
        let start = writer.out.len();
        match kind {
            Kind::List => writer.put(b"["),
            Kind::Object => writer.put(b"{"),
            Kind::Data => {
                writer.data += 1;
                writer.put(b"{");
            }
            Kind::Verbatim => {}
            Kind::ListOfVariant | Kind::ObjectOfVariant => writer.put(b"{"),
        }
        Open { writer, start, is_first: true, kind }
    }

    fn variant(writer: &'w mut Writer<'s, 'v>, name: &str, kind: Kind) -> Result<Self, Error> {
        let mut open = Open::new(writer, kind);
        open.key(name)?;
        open.is_first = true;
        open.writer.put(if kind == Kind::ListOfVariant { b"[" } else { b"{" });
        Ok(open)
    }

    fn comma(&mut self) {
        if !std::mem::take(&mut self.is_first) {
            self.writer.put(b",");
        }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.comma();
        value.serialize(&mut *self.writer)
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.comma();
        let start = self.writer.out.len();
        self.writer.data += 1;
        key.serialize(&mut *self.writer)?;
        self.writer.data -= 1;
        // In a script, this key would set what the object inherits from.
        if self.writer.out[start..] == *b"\"__proto__\"" {
            self.writer.out.insert(start, b'[');
            self.writer.put(b"]");
        }
        self.writer.put(b":");
        Ok(())
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Error> {
        if self.kind != Kind::Verbatim {
            self.key(key)?;
            return value.serialize(&mut *self.writer);
        }
        self.writer.is_verbatim = true;
        let written = value.serialize(&mut *self.writer);
        self.writer.is_verbatim = false;
        written
    }

    fn close(self) -> Result<(), Error> {
        let Open { writer, start, kind, .. } = self;
        match kind {
            Kind::List => writer.put(b"]"),
            Kind::Object | Kind::Data => writer.put(b"}"),
            Kind::Verbatim => {}
            Kind::ListOfVariant => writer.put(b"]}"),
            Kind::ObjectOfVariant => writer.put(b"}}"),
        }
        match kind {
            Kind::Data => {
                writer.data -= 1;
                writer.end_data(start);
            }
            Kind::Verbatim => {
                writer.own_keys(start);
                writer.end_data(start);
            }
            _ => writer.end(start),
        }
        Ok(())
    }
}

/// Methods that write a value as JSON does.
macro_rules! as_json {
    ($($method:ident: $kind:ty),* $(,)?) => {
        $(fn $method(self, value: $kind) -> Result<(), Error> {
            self.json(&value)
        })*
    };
}

impl<'w, 's, 'v> ser::Serializer for &'w mut Writer<'s, 'v> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Open<'w, 's, 'v>;
    type SerializeTuple = Open<'w, 's, 'v>;
    type SerializeTupleStruct = Open<'w, 's, 'v>;
    type SerializeTupleVariant = Open<'w, 's, 'v>;
    type SerializeMap = Open<'w, 's, 'v>;
    type SerializeStruct = Open<'w, 's, 'v>;
    type SerializeStructVariant = Open<'w, 's, 'v>;

    as_json! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32,
        serialize_i64: i64, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32,
        serialize_u64: u64, serialize_f32: f32, serialize_f64: f64, serialize_char: char,
        serialize_bytes: &[u8],
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        if self.is_verbatim {
            self.put(value.as_bytes());
            return Ok(());
        }
        let start = self.out.len();
        self.json(&value)?;
        self.end(start);
        Ok(())
    }
    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<(), Error> {
        self.put(b"null");
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }
    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.json(&variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let mut open = Open::new(self, Kind::Object);
        open.key(variant)?;
        value.serialize(&mut *open.writer)?;
        open.close()
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'w, 's, 'v>, Error> {
        Ok(Open::new(self, Kind::List))
    }
    fn serialize_tuple(self, _: usize) -> Result<Open<'w, 's, 'v>, Error> {
        Ok(Open::new(self, Kind::List))
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Open<'w, 's, 'v>, Error> {
        Ok(Open::new(self, Kind::List))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Open<'w, 's, 'v>, Error> {
        Open::variant(self, variant, Kind::ListOfVariant)
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Open<'w, 's, 'v>, Error> {
        let kind = if self.maps == Maps::Data { Kind::Data } else { Kind::Object };
        Ok(Open::new(self, kind))
    }
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Open<'w, 's, 'v>, Error> {
        let kind = if VERBATIM.contains(&name) { Kind::Verbatim } else { Kind::Object };
        Ok(Open::new(self, kind))
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Open<'w, 's, 'v>, Error> {
        Open::variant(self, variant, Kind::ObjectOfVariant)
    }
}

/// The traits of lists, whose items only differ in what their method is called.
macro_rules! list {
    ($($of:ident: $method:ident),*) => {
        $(impl ser::$of for Open<'_, '_, '_> {
            type Ok = ();
            type Error = Error;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.item(value)
            }
            fn end(self) -> Result<(), Error> {
                self.close()
            }
        })*
    };
}

list! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
}

/// The traits of objects with fields.
macro_rules! fields {
    ($($of:ident),*) => {
        $(impl ser::$of for Open<'_, '_, '_> {
            type Ok = ();
            type Error = Error;
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), Error> {
                self.field(key, value)
            }
            fn end(self) -> Result<(), Error> {
                self.close()
            }
        })*
    };
}

fields!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Open<'_, '_, '_> {
    type Ok = ();
    type Error = Error;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.key(key)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(&mut *self.writer)
    }
    fn end(self) -> Result<(), Error> {
        self.close()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use serde::Serialize;
    use serde_json::{Value, json};

    use super::{LARGE, Maps, Script, Values};

    /// A place, which is an object of the program's own.
    #[derive(Clone, Serialize)]
    struct At {
        path: &'static str,
        line: usize,
    }

    #[derive(Serialize)]
    struct Read {
        at: At,
        data: Value,
    }

    const AT: At = At { path: "templates/welcome/body.html", line: 3 };

    fn written(reads: &[(&str, Read)]) -> (String, BTreeMap<String, String>) {
        let files = Mutex::new(BTreeMap::new());
        let write = |name: &str, bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).expect("a text");
            assert!(files.lock().expect("files").insert(name.to_owned(), text).is_none(), "twice");
        };
        let values = Values::new(&write);
        let mut script = Script::new(&values);
        for (key, read) in reads {
            script.answer(key, read, Maps::Data);
        }
        let text = String::from_utf8(script.finish()).expect("a text");
        assert_eq!(values.count(), files.lock().expect("files").len());
        (text, files.into_inner().expect("files"))
    }

    #[test]
    fn what_repeats_is_written_once() {
        let read = |number: u64| Read {
            at: AT,
            data: json!({ "number": number, "text": "of some length" }),
        };
        let (text, files) = written(&[("a", read(1)), ("b", read(1)), ("c", read(2))]);
        assert_eq!(
            text,
            "{const s=[];\n\
             s[0]={\"path\":\"templates/welcome/body.html\",\"line\":3};\n\
             s[1]={\"number\":1,\"text\":\"of some length\"};\n\
             meniscusData[\"a\"]=[[],v=>({\"at\":s[0],\"data\":s[1]})];\n\
             meniscusData[\"b\"]=[[],v=>({\"at\":s[0],\"data\":s[1]})];\n\
             s[2]={\"number\":2,\"text\":\"of some length\"};\n\
             meniscusData[\"c\"]=[[],v=>({\"at\":s[0],\"data\":s[2]})];\n}\n"
        );
        assert!(files.is_empty());
    }

    #[test]
    fn large_data_has_a_file_of_its_own() {
        let data = json!({ "text": "x".repeat(LARGE), "s": "s[0]" });
        let read = || Read { at: AT, data: data.clone() };
        let (text, files) = written(&[("a", read()), ("b", read())]);
        let (name, file) = files.first_key_value().expect("a file");
        assert_eq!(file, &format!("meniscusData.values[\"{name}\"]={data};\n"));
        assert_eq!(text.matches(&format!("=[[\"{name}\"],v=>({{\"at\":s[0]")).count(), 2, "{text}");
        assert_eq!(text.matches(&format!("v(\"{name}\")")).count(), 2, "{text}");
    }

    /// Keys and numbers mean in the script what they mean in JSON.
    #[test]
    fn data_is_what_it_was() {
        let number = serde_json::from_str::<Value>("123456789012345678901234567890").expect("JSON");
        let data = json!({ "__proto__": { "a": number }, "b": "__proto__" });
        let (text, _) = written(&[("a", Read { at: AT, data })]);
        let data = "{[\"__proto__\"]:{\"a\":123456789012345678901234567890},\"b\":\"__proto__\"}";
        assert!(text.contains(data), "{text}");
    }
}

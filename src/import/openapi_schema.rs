//! The schemas of an OpenAPI document, collected under `$defs` in one file.

use serde_json::{Map, Value, json};

use super::Skipped;

/// Where named schemas are, in OpenAPI 3 and Swagger 2.
const NAMED: [&str; 2] = ["#/components/schemas/", "#/definitions/"];
/// The longest chain of references.
const MAX_STEPS: usize = 16;
/// Members of a schema that don't affect its shape.
const IDLE: [&str; 4] = ["xml", "externalDocs", "discriminator", "example"];

/// The used schemas, by name.
pub(super) struct Schemas<'d> {
    root: &'d Value,
    defs: Map<String, Value>,
    /// Named schemas that are used but not yet copied.
    wanted: Vec<String>,
    /// References that can't be followed.
    pub(super) skipped: Vec<Skipped>,
}

impl<'d> Schemas<'d> {
    pub(super) fn new(root: &'d Value) -> Self {
        Self { root, defs: Map::new(), wanted: Vec::new(), skipped: Vec::new() }
    }

    /// Returns the target of a `$ref`, or the value itself if it isn't one.
    pub(super) fn target<'v>(&self, value: &'v Value) -> &'v Value
    where
        'd: 'v,
    {
        let mut found = value;
        for _ in 0..MAX_STEPS {
            let Some(reference) = found.get("$ref").and_then(Value::as_str) else { break };
            let Some(target) =
                reference.strip_prefix('#').and_then(|path| self.root.pointer(&decoded(path)))
            else {
                break;
            };
            found = target;
        }
        found
    }

    /// Adds a schema to `$defs`, and returns its name there: its own if it has one.
    pub(super) fn place(&mut self, schema: &Value, name: &str) -> String {
        if let Some(named) = schema.get("$ref").and_then(Value::as_str).and_then(named)
            && schema.as_object().is_some_and(|members| members.len() == 1)
            && self.find(&named).is_some()
        {
            let name = def_name(&named);
            self.want(named);
            self.copy_wanted();
            return name;
        }
        let copied = self.copied(schema);
        let name = def_name(name);
        self.defs.insert(name.clone(), copied);
        self.copy_wanted();
        name
    }

    /// Returns all added schemas, sorted by name.
    pub(super) fn into_defs(self) -> Value {
        let mut defs = Value::Object(self.defs);
        if let Value::Object(members) = &mut defs {
            members.sort_keys();
        }
        defs
    }

    fn find(&self, name: &str) -> Option<&'d Value> {
        let components = self.root.pointer("/components/schemas").and_then(|all| all.get(name));
        components.or_else(|| self.root.get("definitions").and_then(|all| all.get(name)))
    }

    fn want(&mut self, name: String) {
        if !self.defs.contains_key(&def_name(&name)) && !self.wanted.contains(&name) {
            self.wanted.push(name);
        }
    }

    fn copy_wanted(&mut self) {
        while let Some(name) = self.wanted.pop() {
            let Some(schema) = self.find(&name) else { continue };
            // Reserve its name first, because a schema may refer to itself.
            self.defs.insert(def_name(&name), Value::Bool(true));
            let copied = self.copied(schema);
            self.defs.insert(def_name(&name), copied);
        }
    }

    /// Copies a schema with its references pointing to `$defs`.
    fn copied(&mut self, schema: &Value) -> Value {
        match schema {
            Value::Object(members) => {
                let mut copy = Map::new();
                for (name, value) in members {
                    if IDLE.contains(&name.as_str()) && !value.is_boolean() {
                        continue;
                    }
                    match (name.as_str(), value) {
                        ("$ref", Value::String(reference)) => {
                            self.copy_reference(reference, &mut copy)
                        }
                        ("properties" | "patternProperties" | "$defs", Value::Object(named)) => {
                            // Names of fields, which may look like keywords.
                            let named = named
                                .iter()
                                .map(|(name, value)| (name.clone(), self.copied(value)));
                            let named = named.collect::<Map<_, _>>();
                            copy.insert(name.clone(), Value::Object(named));
                        }
                        // Swagger 2's equivalent of `nullable`.
                        ("x-nullable", value) => {
                            copy.insert("nullable".to_owned(), value.clone());
                        }
                        ("enum" | "const" | "default" | "examples" | "required", value) => {
                            copy.insert(name.clone(), value.clone());
                        }
                        _ => {
                            let copied = self.copied(value);
                            copy.insert(name.clone(), copied);
                        }
                    }
                }
                Value::Object(copy)
            }
            Value::Array(items) => items.iter().map(|item| self.copied(item)).collect(),
            other => other.clone(),
        }
    }

    fn copy_reference(&mut self, reference: &str, copy: &mut Map<String, Value>) {
        if let Some(name) = named(reference)
            && self.find(&name).is_some()
        {
            copy.insert("$ref".to_owned(), json!(format!("#/$defs/{}", def_name(&name))));
            return self.want(name);
        }
        // An external schema may be anything; unknown shapes are never reported.
        let place = format!("$ref `{reference}`");
        if !self.skipped.iter().any(|known| known.place == place) {
            let reason =
                "it isn't a schema of this document; any value is accepted there".to_owned();
            self.skipped.push(Skipped { place, reason });
        }
    }
}

/// Returns the name in `#/components/schemas/NAME`.
fn named(reference: &str) -> Option<String> {
    let name = NAMED.iter().find_map(|start| reference.strip_prefix(start))?;
    (!name.contains('/')).then(|| decoded(name).replace("~1", "/").replace("~0", "~"))
}

fn decoded(path: &str) -> String {
    path.replace("%7B", "{").replace("%7D", "}").replace("%20", " ")
}

/// Makes a name that needs no escaping in a reference.
fn def_name(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' })
        .collect()
}

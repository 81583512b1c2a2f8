//! Personal data that isn't configured, recognized by key and format.
//!
//! Certain matches are replaced; possible ones are only reported, because replacing a store name or
//! offer would make a recording wrong.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::invent::is_email;

/// How certain it is that a value is personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Certainty {
    Certain,
    /// It may be.
    Doubtful,
}

/// The kind of personal data, and its certainty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Personal {
    pub what: &'static str,
    pub certainty: Certainty,
}

const fn certain(what: &'static str) -> Option<Personal> {
    Some(Personal { what, certainty: Certainty::Certain })
}

const fn doubtful(what: &'static str) -> Option<Personal> {
    Some(Personal { what, certainty: Certainty::Doubtful })
}

const NAMES: [&str; 29] = [
    "firstname",
    "lastname",
    "givenname",
    "familyname",
    "middlename",
    "surname",
    "maidenname",
    "fullname",
    "legalname",
    "customername",
    "membername",
    "recipientname",
    "contactname",
    "cardholder",
    "cardholdername",
    "nameoncard",
    "accountholder",
    "accountholdername",
    "vorname",
    "nachname",
    "familienname",
    "prénom",
    "prenom",
    "nombre",
    "apellido",
    "apellidos",
    "cognome",
    "氏名",
    "苗字",
];
const PHONES: [&str; 20] = [
    "phone",
    "phonenumber",
    "mobile",
    "mobilephone",
    "mobilenumber",
    "cellphone",
    "cell",
    "homephone",
    "workphone",
    "telephone",
    "tel",
    "msisdn",
    "telefon",
    "telefonnummer",
    "handy",
    "handynummer",
    "mobil",
    "téléphone",
    "teléfono",
    "電話番号",
];
const STREETS: [&str; 18] = [
    "street",
    "streetaddress",
    "streetname",
    "streetnumber",
    "address",
    "address1",
    "address2",
    "addressline",
    "addressline1",
    "addressline2",
    "line1",
    "line2",
    "strasse",
    "straße",
    "anschrift",
    "rue",
    "calle",
    "住所",
];
const BIRTHS: [&str; 9] = [
    "dob",
    "birthday",
    "birthdate",
    "dateofbirth",
    "birthdt",
    "dayofbirth",
    "geburtsdatum",
    "geburtstag",
    "生年月日",
];
const DOCUMENTS: [&str; 8] = [
    "ssn",
    "socialsecuritynumber",
    "passportnumber",
    "nationalid",
    "taxid",
    "driverslicense",
    "iban",
    "accountnumber",
];
const PERHAPS: [&str; 11] = [
    "username",
    "nickname",
    "displayname",
    "cardnumber",
    "loyaltycardnumber",
    "loyaltynumber",
    "membershipnumber",
    "employeeid",
    "latitude",
    "longitude",
    "salutation",
];
const REGIONS: [&str; 5] = ["zip", "zipcode", "postalcode", "postcode", "city"];
/// Objects about a person.
const PEOPLE: [&str; 18] = [
    "user",
    "users",
    "customer",
    "customers",
    "member",
    "members",
    "profile",
    "profiles",
    "person",
    "persons",
    "people",
    "contact",
    "recipient",
    "consumer",
    "guest",
    "shipping",
    "billing",
    "owner",
];
/// Objects about a business, whose address and phone number are public.
const BUSINESSES: [&str; 24] = [
    "store",
    "stores",
    "location",
    "locations",
    "venue",
    "venues",
    "shop",
    "shops",
    "merchant",
    "merchants",
    "restaurant",
    "restaurants",
    "branch",
    "branches",
    "retailer",
    "brand",
    "brands",
    "company",
    "organization",
    "sender",
    "offer",
    "offers",
    "product",
    "products",
];
/// Local parts of addresses that many people read.
const SHARED_BOXES: [&str; 12] = [
    "support",
    "help",
    "info",
    "hello",
    "contact",
    "service",
    "care",
    "noreply",
    "no-reply",
    "donotreply",
    "team",
    "sales",
];

/// Calls `visit` for each personal value in a body, with its path.
pub(super) fn each<'v>(body: &'v Value, visit: &mut impl FnMut(&str, &'v Value, Personal)) {
    walk(body, "$", &mut Vec::new(), visit);
}

fn walk<'v>(
    value: &'v Value,
    path: &str,
    keys: &mut Vec<String>,
    visit: &mut impl FnMut(&str, &'v Value, Personal),
) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                keys.push(plain(key));
                walk(member, &format!("{path}.{key}"), keys, visit);
                keys.pop();
            }
        }
        Value::Array(items) => {
            items.iter().for_each(|item| walk(item, &format!("{path}[*]"), keys, visit));
        }
        Value::String(text) => {
            if let Some(found) = personal(keys, text) {
                visit(path, value, found);
            }
        }
        Value::Number(number) => {
            if let Some(found) = personal(keys, number.as_str()) {
                visit(path, value, found);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// Calls `visit` for each personal value in a body, which it may change.
pub(super) fn each_mut(value: &mut Value, visit: &mut impl FnMut(&mut Value, &str, Personal)) {
    walk_mut(value, &mut Vec::new(), "", visit);
}

fn walk_mut(
    value: &mut Value,
    keys: &mut Vec<String>,
    key: &str,
    visit: &mut impl FnMut(&mut Value, &str, Personal),
) {
    let found = match &*value {
        Value::String(text) => personal(keys, text),
        Value::Number(number) => personal(keys, number.as_str()),
        _ => None,
    };
    if let Some(found) = found {
        return visit(value, key, found);
    }
    match value {
        Value::Object(members) => {
            for (key, member) in members.iter_mut() {
                keys.push(plain(key));
                walk_mut(member, keys, key, visit);
                keys.pop();
            }
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|item| walk_mut(item, keys, key, visit));
        }
        _ => {}
    }
}

/// Classifies a value by the keys that lead to it, outermost first.
pub(super) fn personal(keys: &[String], value: &str) -> Option<Personal> {
    let value = value.trim();
    if value.is_empty() || value.contains("{{") || value.contains("[redacted]") {
        return None;
    }
    let key = keys.last().map_or("", String::as_str);
    let is_of = |words: &[&str]| keys.iter().any(|key| words.contains(&key.as_str()));
    let is_business = is_of(&BUSINESSES);
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let has_letters = value.chars().any(char::is_alphabetic);
    if is_email(value) {
        let (name, host) = value.rsplit_once('@').unwrap_or_default();
        return match () {
            () if is_reserved(host) => None,
            () if SHARED_BOXES.contains(&name.to_ascii_lowercase().as_str()) => None,
            () if is_business => doubtful("an email address"),
            () => certain("an email address"),
        };
    }
    let is_dialled = value.bytes().all(|byte| byte.is_ascii_digit() || b"+-(). /".contains(&byte));
    let is_phone = is_dialled && (7..=15).contains(&digits);
    if is_phone && !is_business && (PHONES.contains(&key) || value.starts_with('+')) {
        return certain("a phone number");
    }
    if is_phone && is_business && PHONES.contains(&key) {
        return None;
    }
    if NAMES.contains(&key) && has_letters {
        return certain("a name");
    }
    let parent = keys.len().checked_sub(2).and_then(|at| keys.get(at)).map(String::as_str);
    if key == "name" && has_letters && parent.is_some_and(|parent| PEOPLE.contains(&parent)) {
        return certain("a name");
    }
    if STREETS.contains(&key) && has_letters && !is_business {
        return certain("a street address");
    }
    if BIRTHS.contains(&key) && digits >= 2 {
        return certain("a date of birth");
    }
    if is_iban(value) {
        return certain("a bank account");
    }
    if is_card_number(value) {
        let is_named = keys.iter().any(|key| key.contains("card") || key == "pan");
        let is_grouped = value.contains([' ', '-']);
        return if is_named || is_grouped {
            certain("a card number")
        } else {
            doubtful("a possible card number")
        };
    }
    if DOCUMENTS.contains(&key) && digits >= 4 {
        return certain("a personal number");
    }
    if matches!(key, "ip" | "ipaddress" | "clientip" | "ipv4" | "ipv6" | "remoteaddr")
        && value.parse::<std::net::IpAddr>().is_ok_and(|address| !address.is_loopback())
    {
        return certain("an IP address");
    }
    if PERHAPS.contains(&key) && !is_business {
        return doubtful("personal");
    }
    if REGIONS.contains(&key) && !is_business && is_of(&PEOPLE) {
        return doubtful("part of an address");
    }
    None
}

/// Whether digits are a payment card number: by length and first digit (ISO/IEC 7812), and check
/// digit (Luhn).
fn is_card_number(value: &str) -> bool {
    let digits = value.bytes().filter(|byte| !matches!(byte, b' ' | b'-')).collect::<Vec<_>>();
    let is_form = (14..=19).contains(&digits.len())
        && digits.iter().all(u8::is_ascii_digit)
        && matches!(digits.first(), Some(b'3'..=b'6'));
    let sum = digits.iter().rev().enumerate().map(|(at, digit)| {
        let digit = u32::from(digit.saturating_sub(b'0'));
        let doubled = if at % 2 == 1 { digit * 2 } else { digit };
        if doubled > 9 { doubled - 9 } else { doubled }
    });
    is_form && sum.sum::<u32>() % 10 == 0
}

/// Whether a string is an international bank account number with valid check digits (ISO 13616).
fn is_iban(value: &str) -> bool {
    let plain = value.bytes().filter(|byte| *byte != b' ').collect::<Vec<_>>();
    let digits = plain.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_form = (15..=34).contains(&plain.len())
        && digits >= 8
        && plain[..2].iter().all(u8::is_ascii_uppercase)
        && plain[2..4].iter().all(u8::is_ascii_digit)
        && plain.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let rest = |rest: u32, byte: &u8| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        letter => (rest * 100 + u32::from(letter - b'A') + 10) % 97,
    };
    is_form && plain[4..].iter().chain(&plain[..4]).fold(0, rest) == 1
}

/// Yields texts of XML elements with personal names; HTML pages have none.
pub(super) fn elements(text: &str) -> impl Iterator<Item = &str> {
    static ELEMENTS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"<(?:\w+:)?(\w+)(?:\s[^<>]*)?>([^<>]+)</").ok());
    let lower = text.get(..512.min(text.len())).unwrap_or_default().to_ascii_lowercase();
    let is_xml = text.trim_start().starts_with('<')
        && !["<html", "<!doctype html", "<body", "<div", "<p>", "<table"]
            .iter()
            .any(|tag| lower.contains(tag));
    let found =
        ELEMENTS.iter().filter(move |_| is_xml).flat_map(move |form| form.captures_iter(text));
    found.filter_map(|found| {
        let value = found.get(2)?.as_str().trim();
        let personal = personal(&[plain(found.get(1)?.as_str())], value)?;
        (personal.certainty == Certainty::Certain).then_some(value)
    })
}

/// Yields email addresses, phone numbers, bank accounts, and grouped card numbers inside a longer
/// text, as written.
pub(super) fn embedded(text: &str) -> impl Iterator<Item = &str> {
    static FORMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+\d[\d ()/-]{6,18}\d|\b\d{4}(?:[ -]\d{4}){2,3}(?:[ -]\d{1,4})?\b|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b").ok()
    });
    // Most texts have none.
    let has_any = text.contains(['@', '+']) || text.bytes().filter(u8::is_ascii_digit).count() > 13;
    let found = FORMS.iter().filter(move |_| has_any).flat_map(move |form| form.find_iter(text));
    found.map(|found| found.as_str().trim_end_matches('.')).filter(|found| {
        personal(&[], found).is_some_and(|found| found.certainty == Certainty::Certain)
    })
}

/// Whether a domain is reserved (RFC 2606), as in invented addresses.
fn is_reserved(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let is_below = |domain: &str| {
        host.strip_suffix(domain).is_some_and(|front| front.is_empty() || front.ends_with('.'))
    };
    ["example", "test", "invalid", "localhost", "example.com", "example.net", "example.org"]
        .into_iter()
        .any(is_below)
}

/// Normalizes a key: `firstName`, `first_name`, and `First-Name` are equal.
pub(super) fn plain(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Certainty, each};

    /// Returns what is found, as `path: what`, with a `?` if it is uncertain.
    fn found(body: &serde_json::Value) -> Vec<String> {
        let mut all = Vec::new();
        each(body, &mut |path, _, found| {
            let mark = if found.certainty == Certainty::Doubtful { "?" } else { "" };
            all.push(format!("{path}: {}{mark}", found.what));
        });
        all
    }

    #[test]
    fn what_belongs_to_a_person_is_found() {
        let body = json!({"user": {
            "first_name": "Mara", "lastName": "Quill", "email": "mara@mail.larkspur.shop",
            "phone_numbers": [{"phone_number": "0161 496 0123"}], "dob": "1988-04-03",
            "address": {"line1": "4 Mill Race", "city": "Leeds", "zip": "LS1 4AP"},
            "contact_at": "+44 161 496 0123", "ip": "81.2.69.142", "nickname": "Mo",
            "name": "Mara Quill"
        }});
        assert_eq!(
            found(&body),
            [
                "$.user.first_name: a name",
                "$.user.lastName: a name",
                "$.user.email: an email address",
                "$.user.phone_numbers[*].phone_number: a phone number",
                "$.user.dob: a date of birth",
                "$.user.address.line1: a street address",
                "$.user.address.city: part of an address?",
                "$.user.address.zip: part of an address?",
                "$.user.contact_at: a phone number",
                "$.user.ip: an IP address",
                "$.user.nickname: personal?",
                "$.user.name: a name",
            ]
        );
    }

    #[test]
    fn cards_and_names_of_other_languages_are_found() {
        let body = json!({
            "card": "4111111111111111", "text": "4111 1111 1111 1111", "id": "4111111111111112",
            "vorname": "Zoë", "Geburts-Datum": "1988-04-03", "氏名": "山田", "ref": "4111111111111111"
        });
        assert_eq!(
            found(&body),
            [
                "$.card: a card number",
                "$.text: a card number",
                "$.vorname: a name",
                "$.Geburts-Datum: a date of birth",
                "$.氏名: a name",
                "$.ref: a possible card number?",
            ]
        );
        let embedded = super::embedded("Card 4111-1111-1111-1111 of order 4111-1111-1111-1112.");
        assert_eq!(embedded.collect::<Vec<_>>(), ["4111-1111-1111-1111"]);
    }

    #[test]
    fn addresses_and_numbers_inside_of_texts_are_found() {
        let found = |text| super::embedded(text).collect::<Vec<_>>();
        assert_eq!(
            found("Otto <otto2@web.shop>, a5@web.shop. Call +49 151 98765432 or 12+12345."),
            ["otto2@web.shop", "a5@web.shop", "+49 151 98765432"]
        );
        let nothing = Vec::<&str>::new();
        assert_eq!(found("support@web.shop, x@example.com, 1+1=2, @handle, +49"), nothing);
    }

    #[test]
    fn what_is_of_a_business_or_of_nobody_is_left() {
        let body = json!({
            "status": "ok", "name": "Spring offer", "available_points": 1250, "id": 4412907731_u64,
            "stores": [{"name": "Mill Race", "address": "4 Mill Race", "phone": "0161 496 0123",
                "city": "Leeds", "email": "support@larkspur.shop"}],
            "offers": [{"name": "Free coffee", "code": "0161496"}],
            "user": {"id": "b7d1a1f2-6f0e-4c7b-9c55-0e6a4f2d9a10", "tier": "gold",
                "email": "mara.1f@example.com", "first_name": null, "last_name": "",
                "created_at": "2026-01-02T03:04:05Z", "opted_in": true, "mobile": true},
            "template": {"first_name": "{{ name }}"}
        });
        assert_eq!(found(&body), Vec::<String>::new());
    }
}

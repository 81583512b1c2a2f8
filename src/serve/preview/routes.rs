//! The server's routes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_MATCH, X_FRAME_OPTIONS,
};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{get, post};
use meniscus_preview::page::ask::Ask;
use meniscus_preview::page::frame_html::{POLICY, POLICY_WITH_IMAGES};
use meniscus_preview::page::help::EditorPosition;
use meniscus_preview::page::refusal::{Refusal, read_request, wanted};
use meniscus_preview::page::{calls, grid, listing, recipient_form, search, shown, snapshots};
use serde::Serialize;
use serde_json::Value;

use super::accepting::Acceptance;
use super::assets::{asset, page_policy};
use super::authoring::{
    self, CallOnPage, Deleted, Kept, KeptInPlace, NamedAnew, NewMessage, NewRecipient,
};
use super::events::events;
use super::guard::{LARGEST_BODY, guard, unguessable};
use super::response::{answer, refused};
use super::{Shared, files};
use crate::embedded::{Mode, page};
use crate::render::Cancel;
use crate::session::Session;

/// Makes the router, with the guard before all routes.
pub(super) fn router(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/page/{name}", get(asset))
        .route("/frame/{key}", get(frame))
        .route("/api/workspace", get(workspace))
        .route("/api/counts", get(counts))
        .route("/api/search", get(search_texts))
        .route("/api/fields", get(search_fields))
        .route("/api/render", post(render))
        .route("/api/problems", post(problems))
        .route("/api/grid", post(grid))
        .route("/api/recording", get(recording))
        .route("/api/file", get(file).put(save_file))
        .route("/api/scenario", post(keep))
        .route("/api/scenario/values", post(keep_in_place))
        .route("/api/answer", post(save_answer))
        .route("/api/answer/empty", post(empty_answer))
        .route("/api/answer/live", post(live_answer))
        .route("/api/fields/recipient", post(recipient_fields))
        .route("/api/pasted", post(pasted))
        .route("/api/message", post(new_message))
        .route("/api/recipient", post(new_recipient))
        .route("/api/example", post(example))
        .route("/api/item/rename", post(rename_item))
        .route("/api/item/duplicate", post(duplicate_item))
        .route("/api/item/delete", post(delete_item))
        .route("/api/undo", post(undo))
        .route("/api/snapshot", get(snapshot))
        .route("/api/changes", get(changes))
        .route("/api/accept", post(accept))
        .route("/api/complete", post(complete))
        .route("/api/hover", post(hover))
        .route("/api/definition", post(definition))
        .route("/api/uses", post(uses))
        .route("/api/rename", post(rename))
        .route("/api/events", get(events))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(Arc::clone(shared), guard))
        .with_state(Arc::clone(shared))
}

/// The query parameters, by name.
type Asked = Query<HashMap<String, String>>;

/// Runs slow work on a worker thread.
async fn on_worker<B: Serialize + Send + 'static>(
    shared: Arc<Shared>,
    work: impl FnOnce(&Shared) -> Result<B, Refusal> + Send + 'static,
) -> Response {
    worked(tokio::task::spawn_blocking(move || work(&shared)).await)
}

/// Runs slow work with a timeout, cancelled if nobody waits any more: a page that requests anew at
/// every key drops earlier responses.
async fn within<B: Serialize + Send + 'static>(
    longest: Duration,
    shared: Arc<Shared>,
    work: impl FnOnce(&Shared, &Cancel) -> Result<B, Refusal> + Send + 'static,
) -> Response {
    let cancel = Cancel::default();
    // The handler is dropped when the connection ends.
    let _left = cancel.on_drop();
    let of_work = cancel.clone();
    let (begin, begun) = tokio::sync::oneshot::channel();
    let mut done = tokio::task::spawn_blocking(move || {
        // The handler may already be gone.
        let _ = begin.send(());
        work(&shared, &of_work)
    });
    // Waiting for a thread doesn't count.
    let _ = begun.await;
    match tokio::time::timeout(longest, &mut done).await {
        Ok(done) => worked(done),
        Err(_) => {
            cancel.cancel();
            worked(done.await)
        }
    }
}

fn worked<B: Serialize>(done: Result<Result<B, Refusal>, tokio::task::JoinError>) -> Response {
    match done {
        Ok(Ok(body)) => answer(StatusCode::OK, &body),
        Ok(Err(refusal)) => refused(refusal),
        Err(_) => {
            let message = "can't show this: meniscus failed unexpectedly";
            refused(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, message))
        }
    }
}

async fn index(State(shared): State<Arc<Shared>>) -> Response {
    let Ok(nonce) = unguessable() else {
        let message = "the system can't provide randomness for a key";
        return refused(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, message));
    };
    html(page(Mode::Live { token: &shared.token, nonce: &nonce }), &page_policy(&nonce))
}

/// Responds with a page and its policy.
fn html(body: impl Into<Body>, policy: &str) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    if let Ok(policy) = HeaderValue::from_str(policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

async fn frame(
    State(shared): State<Arc<Shared>>,
    Path(key): Path<String>,
    Query(asked): Asked,
) -> Response {
    let Some(framed) = shared.frames.get(&key) else {
        return refused(Refusal::missing("this frame no longer exists").help("render again"));
    };
    let images = asked.get("images").is_some_and(|images| images == "1");
    let policy = if images { POLICY_WITH_IMAGES } else { POLICY };
    let policy = format!("sandbox allow-same-origin; {policy}; frame-ancestors 'self'");
    let mut response = html(framed.to_string(), &policy);
    response.headers_mut().insert(X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    response
}

async fn workspace(State(shared): State<Arc<Shared>>) -> Response {
    on_worker(shared, |shared| Ok(listing::listing(&shared.session()))).await
}

async fn counts(State(shared): State<Arc<Shared>>) -> Response {
    on_worker(shared, |shared| {
        Ok(listing::counts(&shared.session(), shared.counts.known().as_deref()))
    })
    .await
}

async fn search_texts(State(shared): State<Arc<Shared>>, Query(asked): Asked) -> Response {
    on_worker(shared, move |shared| search::text(&shared.session(), wanted(&asked, "text")?)).await
}

async fn search_fields(State(shared): State<Arc<Shared>>, Query(asked): Asked) -> Response {
    on_worker(shared, move |shared| {
        shared.field_reads.find(&shared.session(), wanted(&asked, "field")?)
    })
    .await
}

async fn render(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    within(shared.longest_render, shared, move |shared, cancel| {
        let ask = Ask::read(&body, cancel)?;
        shown::rendered(&shared.session(), &ask, Some(&shared.frames), &shared.last_good)
    })
    .await
}

async fn problems(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    within(shared.longest_render * 6, shared, move |shared, cancel| {
        grid::problems(&shared.session(), &Ask::read(&body, cancel)?)
    })
    .await
}

async fn grid(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    within(shared.longest_render * 6, shared, move |shared, cancel| {
        let ask = Ask::read(&body, cancel)?;
        let counted = shared.counts.known();
        let compared = counted.and_then(|counted| counted.compared(&ask.message));
        grid::grid(&shared.session(), &ask, Some(&shared.frames), compared.as_deref())
    })
    .await
}

async fn recording(State(shared): State<Arc<Shared>>, Query(asked): Asked) -> Response {
    on_worker(shared, move |shared| calls::recording(&shared.session(), wanted(&asked, "name")?))
        .await
}

async fn file(State(shared): State<Arc<Shared>>, Query(asked): Asked) -> Response {
    tagged(shared, move |shared| files::read(&shared.session(), wanted(&asked, "path")?)).await
}

async fn save_file(
    State(shared): State<Arc<Shared>>,
    Query(asked): Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    tagged(shared, move |shared| {
        let path = wanted(&asked, "path")?;
        let text =
            std::str::from_utf8(&body).map_err(|_| Refusal::wrong("the text isn't UTF-8"))?;
        let expected = headers.get(IF_MATCH).and_then(|digest| digest.to_str().ok());
        files::save(shared, path, text, expected)
    })
    .await
}

/// Responds with a file, with its digest in `ETag`.
async fn tagged(
    shared: Arc<Shared>,
    work: impl FnOnce(&Shared) -> Result<(Value, String), Refusal> + Send + 'static,
) -> Response {
    let done = tokio::task::spawn_blocking(move || work(&shared)).await;
    let tag = match &done {
        Ok(Ok((_, digest))) => HeaderValue::from_str(&format!("\"{digest}\"")).ok(),
        _ => None,
    };
    let mut response = worked(done.map(|done| done.map(|(body, _)| body)));
    response.headers_mut().extend(tag.map(|tag| (ETAG, tag)));
    response
}

async fn snapshot(State(shared): State<Arc<Shared>>, Query(asked): Asked) -> Response {
    on_worker(shared, move |shared| {
        let (message, scenario) = (wanted(&asked, "message")?, wanted(&asked, "scenario")?);
        snapshots::compared(&shared.session(), Some(&shared.frames), message, scenario)
    })
    .await
}

async fn changes(State(shared): State<Arc<Shared>>, Query(asked): Asked) -> Response {
    within(shared.longest_render * 6, shared, move |shared, cancel| {
        snapshots::changes(&shared.session(), wanted(&asked, "message")?, cancel)
    })
    .await
}

async fn accept(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    on_worker(shared, move |shared| read_request::<Acceptance>(&body)?.write(shared)).await
}

/// Responds with what `work` says about a position in the editor.
async fn at_position(
    shared: Arc<Shared>,
    body: Bytes,
    work: impl FnOnce(&EditorPosition, &Session) -> Value + Send + 'static,
) -> Response {
    on_worker(shared, move |shared| Ok(work(&EditorPosition::read(&body)?, &shared.session())))
        .await
}

async fn complete(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    at_position(shared, body, EditorPosition::complete).await
}

async fn hover(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    at_position(shared, body, EditorPosition::hover).await
}

async fn definition(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    at_position(shared, body, EditorPosition::definition).await
}

async fn uses(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    at_position(shared, body, EditorPosition::uses).await
}

async fn rename(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    at_position(shared, body, EditorPosition::rename).await
}

async fn keep(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let mut response =
        on_worker(shared, move |shared| read_request::<Kept>(&body)?.save(shared)).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::CREATED;
    }
    response
}

async fn keep_in_place(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    on_worker(shared, move |shared| read_request::<KeptInPlace>(&body)?.save(shared)).await
}

async fn save_answer(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    on_worker(shared, move |shared| read_request::<CallOnPage>(&body)?.save(shared)).await
}

async fn empty_answer(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    on_worker(shared, move |shared| read_request::<CallOnPage>(&body)?.empty(&shared.session()))
        .await
}

async fn live_answer(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    on_worker(shared, move |shared| read_request::<CallOnPage>(&body)?.live(shared)).await
}

async fn recipient_fields(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    on_worker(shared, move |shared| {
        recipient_form::fields(&shared.session(), &read_request::<Ask>(&body)?)
    })
    .await
}

async fn pasted(Query(asked): Asked, body: Bytes) -> Response {
    let channel = asked.get("channel").cloned().unwrap_or_default();
    worked(tokio::task::spawn_blocking(move || authoring::pasted(&body, &channel)).await)
}

async fn new_message(
    State(shared): State<Arc<Shared>>,
    Query(asked): Asked,
    body: Bytes,
) -> Response {
    on_worker(shared, move |shared| {
        let (name, channel) = (wanted(&asked, "name")?, wanted(&asked, "channel")?);
        NewMessage::read(name, channel, &body)?.save(shared)
    })
    .await
}

async fn new_recipient(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    on_worker(shared, move |shared| read_request::<NewRecipient>(&body)?.save(shared)).await
}

async fn example(State(shared): State<Arc<Shared>>) -> Response {
    on_worker(shared, authoring::example).await
}

async fn rename_item(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    on_worker(shared, move |shared| read_request::<NamedAnew>(&body)?.rename(shared)).await
}

async fn duplicate_item(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    on_worker(shared, move |shared| read_request::<NamedAnew>(&body)?.duplicate(shared)).await
}

/// Deletes something; with `ask`, only says what it has to do with the rest.
async fn delete_item(
    State(shared): State<Arc<Shared>>,
    Query(asked): Asked,
    body: Bytes,
) -> Response {
    on_worker(shared, move |shared| {
        let deleted = read_request::<Deleted>(&body)?;
        if asked.contains_key("ask") { deleted.asked(shared) } else { deleted.write(shared) }
    })
    .await
}

async fn undo(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    on_worker(shared, move |shared| authoring::undo(shared, &body)).await
}

async fn unknown() -> Response {
    refused(Refusal::missing("nothing exists at this address").help("open `/`"))
}

async fn wrong_method() -> Response {
    let message = "this address doesn't support the method";
    refused(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message))
}

"""The language server as pytest-lsp sees it, which rejects answers that the protocol's types don't allow."""

import pathlib

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

BODY = "templates/offer_wallet/body.html"


@pytest_lsp.fixture(
    params=["neovim", "visual_studio_code", "emacs"],
    config=ClientServerConfig(server_command=["meniscus", "lsp"]),
)
async def client(request, lsp_client: LanguageClient):
    # Editors are asked to watch files.
    lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: None)
    root = pathlib.Path.cwd().as_uri()
    params = types.InitializeParams(
        capabilities=client_capabilities(request.param),
        workspace_folders=[types.WorkspaceFolder(uri=root, name="shop")],
    )
    await lsp_client.initialize_session(params)
    yield
    await lsp_client.shutdown_session()


def opened(client: LanguageClient, change=lambda text: text) -> tuple[types.TextDocumentIdentifier, str]:
    path = pathlib.Path(BODY).absolute()
    text = change(path.read_text())
    item = types.TextDocumentItem(uri=path.as_uri(), language_id="html", version=1, text=text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    return types.TextDocumentIdentifier(uri=item.uri), text


def at(text: str, word: str, more: int = 0) -> types.Position:
    before = text[: text.index(word) + more]
    return types.Position(line=before.count("\n"), character=len(before) - before.rfind("\n") - 1)


@pytest.mark.asyncio
async def test_answers_have_the_types_of_the_protocol(client: LanguageClient):
    document, text = opened(client)
    here = {"text_document": document, "position": at(text, "available_points", 3)}
    assert "anna" in (await client.text_document_hover_async(types.HoverParams(**here))).contents.value
    found = await client.text_document_completion_async(types.CompletionParams(**here))
    item = next(item for item in found.items if item.label == "available_points")
    assert "Remaining" in (await client.completion_item_resolve_async(item)).documentation.value
    places = await client.text_document_definition_async(types.DefinitionParams(**here))
    assert "recordings/" in str(places)
    context = types.ReferenceContext(include_declaration=True)
    assert await client.text_document_references_async(types.ReferenceParams(**here, context=context))
    assert await client.text_document_document_highlight_async(types.DocumentHighlightParams(**here))
    whole = {"text_document": document}
    assert await client.text_document_document_symbol_async(types.DocumentSymbolParams(**whole))
    assert await client.text_document_folding_range_async(types.FoldingRangeParams(**whole))
    assert await client.text_document_document_link_async(types.DocumentLinkParams(**whole))
    assert await client.text_document_code_lens_async(types.CodeLensParams(**whole))
    tokens = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(**whole))
    assert len(tokens.data) % 5 == 0 and tokens.data
    everything = types.Range(types.Position(0, 0), types.Position(text.count("\n") + 1, 0))
    hints = await client.text_document_inlay_hint_async(types.InlayHintParams(document, everything))
    assert any("480" in str(hint.label) for hint in hints)
    ranges = types.SelectionRangeParams(text_document=document, positions=[here["position"]])
    assert await client.text_document_selection_range_async(ranges)
    loop = {"text_document": document, "position": at(text, "for offer")}
    assert await client.text_document_linked_editing_range_async(types.LinkedEditingRangeParams(**loop))
    blocks = {"text_document": document, "position": at(text, "sessionm_wallet", 3)}
    [block] = await client.text_document_prepare_call_hierarchy_async(types.CallHierarchyPrepareParams(**blocks))
    assert await client.call_hierarchy_incoming_calls_async(types.CallHierarchyIncomingCallsParams(item=block))
    assert await client.workspace_symbol_async(types.WorkspaceSymbolParams(query="anna"))
    assert not client.diagnostics.get(document.uri)


@pytest.mark.asyncio
async def test_a_mistake_is_found_and_fixed(client: LanguageClient):
    document, text = opened(client, lambda text: text.replace("available_points", "availble_points", 1))
    params = types.DocumentDiagnosticParams(text_document=document)
    if client.capabilities.text_document.diagnostic:
        found = (await client.text_document_diagnostic_async(params)).items
    else:
        await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        found = client.diagnostics[document.uri]
    [one] = [one for one in found if one.code == "unknown-field"]
    assert one.range.start == at(text, "availble_points")
    context = types.CodeActionContext(diagnostics=[one])
    actions = types.CodeActionParams(text_document=document, range=one.range, context=context)
    titles = [action.title for action in await client.text_document_code_action_async(actions)]
    assert any("Replace" in title for title in titles), titles


@pytest.mark.asyncio
async def test_an_opened_block_gets_its_end(client: LanguageClient):
    document, _ = opened(client, lambda text: "{% if wallet %}" + text)
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    typed = types.DocumentOnTypeFormattingParams(document, types.Position(0, 15), "}", options)
    [edit] = await client.text_document_on_type_formatting_async(typed)
    assert edit.new_text == "{% endif %}"

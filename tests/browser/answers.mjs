// Calls that nothing answers: what is missing is said, and three ways lead to an answer.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, inFrame, serious, until } from "./world.mjs";

const withoutRecording = (folder) => rm(join(folder, "recordings/wallet/two-offers.json"));

async function opened(open, address, size) {
  const { page, wrong } = await open(size);
  await page.goto(`${address}/#/offer_wallet/anna`);
  await page.waitForSelector('#stage :text("Not sent")');
  await page.keyboard.press("2");
  await page.waitForSelector(".answer-ways");
  return { page, wrong };
}

export async function an_unanswered_call_is_laid_out({ address, open }) {
  const { page, wrong } = await opened(open, address);
  const request = await page.textContent(".request-parts");
  for (const words of ["/offers/api/2.0/offers/get_user_offers", "Content-Type", "application/json", "user_id", "take"]) {
    expect(request.includes(words), `${words} in ${request}`);
  }
  const nearest = await page.textContent(".nearest");
  expect(nearest.includes("wallet/empty") && nearest.includes("matches 3 of 4 conditions"), nearest);
  expect(/\$\.user_id.*found.*expected/.test(nearest), `the first difference is said: ${nearest}`);
  const found = await serious(page);
  expect(found.length === 0, `axe: ${found.join("; ")}`);
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
an_unanswered_call_is_laid_out.before = withoutRecording;

export async function an_answer_is_pasted({ folder, address, open }) {
  const answer = await readFile(join(process.env.MENISCUS_ROOT, "recordings/wallet/two-offers.json"), "utf8");
  const { page, wrong } = await opened(open, address);
  await page.click('button:has-text("Paste an answer")');
  await page.waitForSelector("#answer-body");
  await page.click('dialog button:has-text("Record the response")');
  expect((await page.textContent('dialog [role="alert"]')) === "Paste or type the response first", "nothing was pasted");
  await page.fill("#answer-body", "{\"status\": ");
  await page.click('dialog button:has-text("Record the response")');
  expect((await page.textContent('dialog [role="alert"]')).startsWith("This looks like JSON"), "what is wrong is said");
  await page.fill("#answer-body", JSON.stringify(JSON.parse(answer).response.jsonBody));
  await page.click('dialog button:has-text("Record the response")');
  await inFrame(page, "Dear Anna,");
  const said = await page.textContent("#done");
  expect(said.includes("Recorded the response in recordings/domains-connecteast1.ent-sessionm.com/"), said);
  const path = /recordings\/\S+\.json/.exec(said)[0];
  const kept = JSON.parse(await readFile(join(folder, path), "utf8"));
  expect(kept.response.jsonBody.payload.user_offers.length === 2, "the recording has the answer");
  // Undone, the call has none again.
  await page.click('#done button:has-text("Undo")');
  await page.waitForSelector('#stage :text("Not sent")');
  await page.waitForSelector(".answer-ways");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
an_answer_is_pasted.before = withoutRecording;

export async function an_empty_answer_is_filled_in({ address, open }) {
  const { page, wrong } = await opened(open, address);
  await page.click('button:has-text("Empty answer")');
  await page.waitForSelector("dialog .tree-edit");
  expect((await page.textContent("dialog")).includes("With the fields that get_user_offers documents"), "the schema is named");
  const found = await serious(page);
  expect(found.length === 0, `axe: ${found.join("; ")}`);
  await page.fill('[id="answer-body.payload.available_points"]', "1200");
  await page.fill('[id="answer-body.payload.user_offers.0.name"]', "Three rolls");
  await page.click('[data-key="answer-body.payload.user_offers:add"]');
  await page.fill('[id="answer-body.payload.user_offers.1.name"]', "Two buns");
  await page.click('[data-key="answer:json"]');
  const json = JSON.parse(await page.inputValue("#answer-body"));
  expect(json.payload.available_points === 1200 && json.payload.user_offers[1].name === "Two buns", `fields and JSON are one: ${JSON.stringify(json)}`);
  await page.click('dialog button:has-text("Use temporarily")');
  await inFrame(page, "you have 1,200 points");
  await inFrame(page, "Two buns");
  // What is there for the moment can be recorded later.
  await page.click('#panel button:has-text("Change or record")');
  await page.click('dialog button:has-text("Record the response")');
  await page.waitForSelector("#done");
  await inFrame(page, "Two buns");
  await page.waitForSelector('#panel button:has-text("What if")');
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
an_empty_answer_is_filled_in.before = withoutRecording;

export async function a_live_call_says_what_it_needs({ address, open }) {
  const { page, wrong } = await opened(open, address);
  await page.click('button:has-text("Record it live")');
  await until(async () => (await page.textContent('.answer-ways [role="alert"]')) !== "", "the reason is said");
  const why = await page.textContent('.answer-ways [role="alert"]');
  expect(why.includes("allow_hosts") && why.includes("meniscus.toml"), why);
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
a_live_call_says_what_it_needs.before = withoutRecording;

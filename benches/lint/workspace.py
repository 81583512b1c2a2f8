"""Writes a workspace of messages to lint: the same bytes at every run.

Usage: workspace.py FOLDER [TEMPLATES [BYTES [RECORDINGS [RECORDING_BYTES]]]]

The templates are what a loyalty programme sends: HTML e-mails with a wallet from SessionM, tiers,
triggers, loops, guards and content blocks; one in five has a fault that a linter should find. They
lie in `templates/snippets`, so that `templates` is a theme to theme-check as well.
"""

import json
import random
import sys
from pathlib import Path

USER = "5b1e7c52-2f6d-4f0f-8d4e-6a0c2f9b7a11"
WORDS = (
    "today fresh rye butter morning oven counter week sweet crumb bakery table early warm order "
    "basket seeded honey plum spring street corner evening coffee walnut festival neighbour"
).split()

SETTINGS = """\
[variables]
endpoint_connect = "https://domains-connecteast1.ent-sessionm.com"
endpoint_core = "https://api-larkspur.ent-sessionm.com"
appkey_core = "EXAMPLE-APP-KEY"
retailer_id = "b7d1a1f2-6f0e-4c7b-9c55-0e6a4f2d9a10"
"""

BLOCKS = {
    "wallet": """\
{%- capture postbody -%}
{"retailer_id":"{{retailer_id}}","user_id":"{{${user_id}}}","skip":0,"take":100,"culture":"{{custom_attribute.${culture} | default: 'en-US' | json_escape}}"}
{%- endcapture -%}
{%- connected_content {{endpoint_connect}}/offers/api/2.0/offers/get_user_offers
     :method post :headers {"Content-Type": "application/json"}
     :basic_auth sessionm_connect :body {{postbody}} :save wallet -%}
""",
    "greeting": "Dear {{${first_name} | default: 'neighbour' | escape}},",
    "legal": '<p class="legal">Larkspur Bakery, 4 Mill Lane. Points have no cash value.</p>',
    "footer": """\
<p class="footer">{{content_blocks.${legal}}} <a href="https://www.larkspur.example/account">Your account</a></p>
""",
}

SCENARIO = f"""\
now = "2026-03-01T09:00:00Z"

[user]
user_id = "{USER}"
first_name = "Anna"
last_name = "Okafor"
language = "en"
time_zone = "America/Chicago"
city = "Larkspur"

[custom_attribute]
culture = "en-US"
segment = "rye_lovers"
tier = "Gold"
favourite_store = "Mill Lane"
stamps = 4

[api_trigger_properties]
offer_id = "6513270e-269e-4d37-b2a7-4de452e6b438"
offer_title = "Two rye loaves for one"
description = "Buy a rye loaf, take the second home for nothing."
expiration_date = "2026-03-31T23:59:59Z"
point_award_amount = 50
"""


def offer(number):
    return {
        "id": f"d23f0824-128b-4f33-8c5c-{number:012x}",
        "offer_id": f"6513270e-269e-4d37-b2a7-{number:012x}",
        "root_offer_id": f"9531985d-5d9d-49f8-9818-{number:012x}",
        "offer_type": "buy_x_get_y_fixed",
        "name": f"Rye loaf {number}",
        "description": "Buy a rye loaf, take the second home for nothing.",
        "terms": "Once per customer." if number % 2 else None,
        "start_date": "2026-02-01T00:00:00Z",
        "end_date": None,
        "acquire_date": "2026-02-20T08:15:00Z",
        "expiration_date": "2026-03-31T23:59:59Z" if number % 3 else None,
        "redeem_date": None,
        "is_redeemable": True,
        "pos_discount_id": f"LB-RYE-{number}",
        "media": [
            {
                "id": f"36f675cc-81e7-4ef5-a8e2-{number:012x}",
                "uri": "https://img.larkspur.example/rye.png",
                "category_name": "Hero",
                "content_type": 1,
                "culture": "en-US",
            }
        ],
    }


def recording(number, size):
    """A wallet of one customer, of about as many bytes."""
    user = USER if number == 0 else f"5b1e7c52-2f6d-4f0f-8d4e-{number:012x}"
    offers = [offer(one) for one in range(max(2, size // 900))]
    body = {
        "status": "ok",
        "payload": {
            "user": {"opted_in": True, "activated": True, "first_name": "Anna"},
            "user_id": user,
            "user_offers": offers,
            "total_records": len(offers),
            "total_points": 1260,
            "available_points": 480,
        },
    }
    return {
        "name": f"wallet/{number:04}",
        "request": {
            "method": "POST",
            "urlPath": "/offers/api/2.0/offers/get_user_offers",
            "bodyPatterns": [{"equalToJson": {"user_id": user}, "ignoreExtraElements": True}],
        },
        "response": {
            "status": 200,
            "headers": {"Content-Type": "application/json"},
            "jsonBody": body,
        },
    }


class Writer:
    """The pieces of one template, as its number decides."""

    def __init__(self, number):
        self.random = random.Random(number)
        self.fault = number % 5 == 0

    def words(self, least, most):
        count = self.random.randint(least, most)
        text = " ".join(self.random.choice(WORDS) for _ in range(count))
        return text[0].upper() + text[1:] + "."

    def faulty(self, right, wrong):
        """The wrong one, once, in a template that has a fault."""
        if self.fault and self.random.random() < 0.5:
            self.fault = False
            return wrong
        return right

    def opening(self):
        tint = self.random.choice(["#7a3b12", "#2f4858", "#86bbd8"])
        return f"""\
<html>
<head>
<title>{self.words(3, 5)}</title>
<style>
  body {{ font-family: Georgia, serif; color: {tint}; margin: 0 }}
  .offer {{ border: 1px solid {tint}; padding: 12px }}
</style>
</head>
<body>
<table width="600" align="center">
<tr><td>
<p>{{{{content_blocks.${{greeting}}}}}}</p>
<p>{self.words(12, 40)}</p>
</td></tr>
"""

    def prose(self):
        return f"""\
<tr><td style="padding: 24px 16px">
<h2>{self.words(2, 5)}</h2>
<p>{self.words(20, 60)}</p>
<a href="https://www.larkspur.example/{self.random.choice(WORDS)}?from=mail">{self.words(2, 4)}</a>
</td></tr>
"""

    def wallet(self):
        points = self.faulty("available_points", "availble_points")
        name = self.faulty("offer.name", "offer.nmae")
        date = self.faulty("date: '%B %-d'", "dat: '%B %-d'")
        return f"""\
{{{{content_blocks.${{wallet}}}}}}
{{% if wallet.__http_status_code__ != 200 or wallet.status != "ok" %}}
  {{% abort_message('no wallet') %}}
{{% endif %}}
<tr><td>
<p>You have <b>{{{{wallet.payload.{points} | number_with_delimiter}}}}</b> points to spend.</p>
{{% if wallet.payload.user_offers.size > 0 %}}
<ul>
{{% for offer in wallet.payload.user_offers limit: {self.random.randint(3, 12)} %}}
  {{% assign ends = offer.expiration_date | default: '2999-01-01' | date: '%s' | plus: 0 %}}
  <li class="offer">
    {{% if offer.media.size > 0 %}}
    <img src="{{{{offer.media[0].uri}}}}" alt="">
    {{% endif %}}
    <b>{{{{{name} | escape}}}}</b>: {{{{offer.description | strip_html | truncate: 80}}}}
    {{% if offer.expiration_date != blank and ends > 0 %}} Until {{{{offer.expiration_date | {date}}}}}.{{% endif %}}
  </li>
{{% endfor %}}
</ul>
{{% else %}}
<p>{self.words(6, 12)}</p>
{{% endif %}}
</td></tr>
"""

    def tier(self):
        name = self.faulty("tier", "teir")
        equals = self.faulty("==", "=")
        return f"""\
<tr><td>
{{% assign tier = custom_attribute.${{{name}}} | default: 'Bronze' %}}
{{% case tier %}}
{{% when 'Gold', 'Platinum' %}}
<p>{self.words(6, 14)}</p>
{{% when 'Silver' %}}
<p>{self.words(6, 14)}</p>
{{% else %}}
<p>{self.words(6, 14)}</p>
{{% endcase %}}
{{% assign stamps = custom_attribute.${{stamps}} | default: 0 %}}
{{% if stamps {equals} 10 %}}
<p>Your card is full.</p>
{{% elsif stamps > 4 %}}
<p>Only {{{{10 | minus: stamps}}}} stamps to go.</p>
{{% endif %}}
</td></tr>
"""

    def trigger(self):
        title = self.faulty("offer_title", "offer_titel")
        return f"""\
{{% if api_trigger_properties.${{offer_id}} != blank %}}
<tr><td>
<h3>{{{{api_trigger_properties.${{{title}}} | default: 'An offer for you' | escape}}}}</h3>
<p>{{{{api_trigger_properties.${{description}} | default: '' | strip_html}}}}</p>
{{% if api_trigger_properties.${{point_award_amount}} > 0 %}}
<p>You earned {{{{api_trigger_properties.${{point_award_amount}} | number_with_delimiter}}}} points.</p>
{{% endif %}}
</td></tr>
{{% endif %}}
"""

    def listing(self):
        name = self.faulty("pick", "pik")
        picks = ", ".join(self.random.sample(WORDS, 5))
        return f"""\
<tr><td>
{{% assign picks = "{picks}" | split: ", " %}}
{{% for pick in picks %}}
  <span class="pick">{{{{forloop.index}}}}. {{{{{name} | capitalize}}}}{{% unless forloop.last %}},{{% endunless %}}</span>
{{% endfor %}}
</td></tr>
"""

    def language(self):
        return f"""\
<tr><td>
{{% if ${{language}} == 'de' %}}
<p>Guten Tag, {{{{${{first_name}} | default: 'Nachbar' | escape}}}}!</p>
{{% elsif ${{language}} == 'fr' %}}
<p>Bonjour, {{{{${{first_name}} | default: 'voisin' | escape}}}}!</p>
{{% else %}}
<p>{self.words(8, 16)}</p>
{{% endif %}}
</td></tr>
"""

    def template(self, size):
        pieces = [self.prose, self.wallet, self.tier, self.trigger, self.listing, self.language]
        self.random.shuffle(pieces)
        text = self.opening()
        end = "<tr><td>{{content_blocks.${footer}}}</td></tr>\n</table>\n</body>\n</html>\n"
        for piece in pieces:
            if len(text) + len(end) >= size - 200:
                break
            text += piece()
        while len(text) + len(end) < size - 200:
            text += self.random.choice([self.prose, self.trigger, self.listing, self.tier])()
        return text + end


def main():
    folder = Path(sys.argv[1])
    numbers = [int(word) for word in sys.argv[2:]]
    templates, size, recordings, recording_size = numbers + [1000, 3000, 4, 4000][len(numbers) :]
    for name in ["templates/snippets", "content_blocks", "scenarios", "recordings/wallet"]:
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "meniscus.toml").write_text(SETTINGS)
    (folder / "scenarios/anna.toml").write_text(SCENARIO)
    for name, text in BLOCKS.items():
        (folder / "content_blocks" / f"{name}.liquid").write_text(text)
    for number in range(recordings):
        text = json.dumps(recording(number, recording_size), indent=2) + "\n"
        (folder / "recordings/wallet" / f"{number:04}.json").write_text(text)
    for number in range(templates):
        text = Writer(number).template(size)
        (folder / "templates/snippets" / f"message-{number:04}.liquid").write_text(text)


main()

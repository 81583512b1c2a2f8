#!/usr/bin/env python3
"""Writes an invented audience: `generate.py ROWS FOLDER [SEED]`.

`users.ndjson` and `users.csv` have recipients as Braze exports them, `wallets.ndjson` their wallets,
`triggers.ndjson` what triggers `offer_triggered` for them. One in 50 has no culture, one in 100 no
name, one in 200 no wallet, one in 1,000 a wallet with an error; the last rows are broken.
"""

import json
import pathlib
import random
import sys

NAMES = ["Anna", "Ben", "Chloe", "Dai", "Elif", "Femi", "Gita", "Hugo", "Ines", "Jōdan"]


def wallet(row: int, chance: random.Random) -> dict:
    if row % 1_000 == 7:
        return {"status": "error", "errors": {"code": "user_not_found"}}
    offers = [
        {
            "user_offer_id": f"{row:08}-{index}",
            "offer_id": f"offer-{index}",
            "name": f"Offer {index} for {row}",
            "description": "Two rye loaves for one",
            "expiration_date": None if chance.random() < 0.1 else "2026-03-31T23:59:59Z",
            "media": [{"uri": f"https://img.larkspur.example/{index}.png"}] if index % 2 else [],
        }
        for index in range(chance.randrange(4))
    ]
    points = {"available_points": chance.randrange(1_000), "total_points": 1_000}
    return {"status": "ok", "payload": {"user_offers": offers, **points}}


def main(rows: int, folder: pathlib.Path, seed: int) -> None:
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    names = ["users.ndjson", "users.csv", "wallets.ndjson", "triggers.ndjson"]
    users, table, wallets, triggers = [open(folder / name, "w", encoding="utf-8") for name in names]
    table.write("user_id,first_name,language,culture\n")
    for row in range(rows):
        user = {"external_id": f"user-{row}", "language": "en", "time_zone": "America/Chicago"}
        if row % 100 != 3:
            user["first_name"] = NAMES[row % len(NAMES)]
        culture = {} if row % 50 == 9 else {"culture": "en-US"}
        user["custom_attributes"] = {"segment": "rye_lovers", **culture}
        users.write(json.dumps(user, ensure_ascii=False) + "\n")
        table.write(f"user-{row},{user.get('first_name', '')},en,{culture.get('culture', '')}\n")
        if row % 200 != 11:
            answer = {"user_id": f"user-{row}", "response": wallet(row, chance)}
            wallets.write(json.dumps(answer, separators=(",", ":")) + "\n")
        trigger = {
            "offer_id": f"offer-{row % 9}",
            "offer_title": "Two rye loaves for one",
            "user_offer_id": f"{row:08}",
            "expiration_date": "2026-03-31T23:59:59Z",
            "point_award_amount": row % 1_000,
            "point_account_name": "crumbs",
        }
        triggers.write(json.dumps({"external_user_id": f"user-{row}", "trigger_properties": trigger}) + "\n")
    users.write('{"external_id": "cut", "first_na\n[1, 2]\nnull\n' + "[" * 100_000 + "\n")
    for file in (users, table, wallets, triggers):
        file.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1)

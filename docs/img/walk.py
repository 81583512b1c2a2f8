"""Makes docs/img/walk.webp of the frames that the browser took: `python3 docs/img/walk.py FRAMES`.

`MENISCUS_PICTURES=FOLDER tests/browser/run.sh pictures_of_a_walk` writes them to FOLDER/walk. Needs
Pillow.
"""

import sys
from pathlib import Path

from PIL import Image

MOST_BYTES = 2_000_000

paths = sorted(Path(sys.argv[1]).glob("*.png"))
frames = [Image.open(path).convert("RGB").resize((960, 608), Image.LANCZOS) for path in paths]
stays = [int(path.stem.split("-")[1]) for path in paths]
target = Path(__file__).parent / "walk.webp"
frames[0].save(target, save_all=True, append_images=frames[1:], duration=stays, loop=0, quality=80, method=6)
size = target.stat().st_size
print(f"{target.name}: {len(frames)} frames, {sum(stays) / 1000:.1f} s, {size} bytes")
sys.exit(size > MOST_BYTES)

"""The appeal pack: what a seller sends to the platform, put together from sealed evidence.

    contents    which bundles and pictures tell the story of one finding; pure but for reading files
    document    the PDF's page: words in English and Chinese as data
    printing    the PDF, and blacked-out copies of pictures, through the browser
    pack        all of it in one ZIP, the originals untouched beside it

A pack is made of verified bundles only, and says in its own words what it does not prove.
"""

from checker.appeal.pack import Packed, write_pack
from checker.appeal.printing import Areas

__all__ = ["Areas", "Packed", "write_pack"]

"""What proves a reading: originals, sealed the moment a visit ends, and a ledger of what became of them.

camera, scene, traffic    taking a page in every form there is
posted                    what a page sent in order to read; pure
masks                     what is blanked in text before it is kept; pure
vault, files              writing originals: whole, private, shared bytes once
witness                   all of that around one visit
manifest, keys, sealing   the list of files, signed
ledger                    captured, exported, verified, deleted: a chain
stamping, encryption      optional: RFC 3161 authorities, an age recipient
sources, verify, flaws    checking a bundle, fail closed
catalog, retention        which bundles there are, and which may go
giving, archive, wacz     giving a bundle to somebody
"""

from checker.evidence.camera import Camera, Unwatched, Watch, slug

__all__ = ["Camera", "Unwatched", "Watch", "slug"]

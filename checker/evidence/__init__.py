"""What proves a reading; so far the pictures, taken the moment a red or an unreadable one is seen."""

from checker.evidence.camera import Camera, slug

__all__ = ["Camera", "slug"]

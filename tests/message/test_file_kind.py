"""What a file is, told by how it begins, and the names that peers give their files."""

import pytest

from node.message.file_kind import HEAD_BYTES, kind_of, media_type_of, safe_name
from node.reference.risk_codes import ATTACHMENT_KINDS

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("seal.jpg", "seal.jpg"),
        ("Seal (left) 2.jpg", "Seal (left) 2.jpg"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("../../x/../y.png", "y.png"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("..", "attachment-4"),
        ("/", "attachment-4"),
        ("фото.jpg", "____.jpg"),
        ("фото", "attachment-4"),
        ("a\u202egpj.exe", "a_gpj.exe"),
        ("a;rm -rf *.txt", "a_rm -rf _.txt"),
    ],
)
def test_safe_name_is_a_plain_one_for_this_folder(given, safe):
    assert safe_name(given, 4) == safe


def test_safe_name_of_a_long_one_keeps_its_ending():
    assert safe_name("x" * 250 + ".tiff", 1) == "x" * 90 + ".tiff"
    assert len(safe_name("x" * 250, 1)) == 100


@pytest.mark.parametrize(
    ("head", "name", "media_type"),
    [
        (PNG, "a", "image/png"),
        (b"\xff\xd8\xff\xe0", "a.png", "image/jpeg"),
        (b"%PDF-1.7", "a", "application/pdf"),
        (b"MM\0*", "a", "image/tiff"),
        (b"\0" * 128 + b"DICM", "a", "application/dicom"),
        (b"RIFF0000WEBP", "a", "image/webp"),
        (b"....ftypisom", "a", "video/mp4"),
        (b"text", "a.txt", "text/plain"),
        (b"?", "a.unknown-ending", "application/octet-stream"),
    ],
)
def test_media_type_is_told_by_content_before_the_name(head, name, media_type):
    assert media_type_of(head, name) == media_type


def test_head_is_long_enough_for_every_sign():
    assert media_type_of((b"\0" * 128 + b"DICM" + b"more")[:HEAD_BYTES], "a") == "application/dicom"


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("image/tiff", "scan"),
        ("application/dicom", "scan"),
        ("image/png", "photo"),
        ("application/pdf", "document"),
        ("text/plain", "document"),
        ("video/mp4", "other"),
    ],
)
def test_kind_of_a_media_type_is_one_of_the_list(media_type, kind):
    assert kind_of(media_type) == kind
    assert kind in ATTACHMENT_KINDS.codes

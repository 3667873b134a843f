from node.reference.cargo_codes import BULK_PACKAGES, DOCUMENT_TYPES, PACKAGE_TYPES, TRANSPORT_MODES


def test_transport_modes_are_the_ten_of_recommendation_19():
    assert list(TRANSPORT_MODES.codes) == list("0123456789")


def test_bulk_packages_are_package_types():
    assert set(PACKAGE_TYPES.codes) >= BULK_PACKAGES


def test_document_types_hold_those_of_the_corridor():
    assert {"N705", "N720", "N722", "N730", "N952"} <= set(DOCUMENT_TYPES.codes)

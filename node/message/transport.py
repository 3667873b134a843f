"""How the cargo comes: the means that crosses the border, what stands on it, when and which way.

Responsible for the active means (the ferry, the train, the truck), the passive means on board
(wagon, truck, trailer), the route and the times. Must not know the goods.
"""

from typing import Annotated

from pydantic import Field

from node.message.fields import Code4, Code17, Ordinal, Part, Text35, Utc, element
from node.message.party import Person
from node.reference.cargo_codes import CombinedMode, IdentificationType, TransportMode
from node.reference.places import Country

Routing = Annotated[tuple[Country, ...], Field(min_length=2, max_length=99)]


class ActiveMeans(Part):
    """The means that moves under its own power across the border (class 15A)."""

    identification: Annotated[
        Text35,
        element("T006", "an..35", "Number, plate or name as written on it.", examples=["9319466"]),
    ]
    identification_type: Annotated[
        IdentificationType, element("T018", "n2", "What kind of identification it is.")
    ]
    name: Annotated[Text35 | None, element("T005", "an..35", "Name of the ship.")] = None
    means_type: Annotated[
        Code4 | None, element("T010", "an..4", "Kind of means (UN/CEFACT Rec 28).")
    ] = None
    nationality: Annotated[Country | None, element("T014", "a2", "Flag or registration.")] = None
    conveyance_reference: Annotated[
        Code17 | None,
        element("149", "an..17", "Voyage, trip or train; required at sea.", examples=["TB-0412"]),
    ] = None
    stay_reference: Annotated[
        Text35 | None, element("010", "an..35", "Reference of the ship's stay in port.")
    ] = None


class PassiveMeans(Part):
    """A wagon, truck or trailer that is itself carried (class 19C)."""

    sequence: Annotated[Ordinal, element("006", "n..5", "1, 2, 3 … without gaps.")]
    identification: Annotated[
        Text35,
        element("T026", "an..35", "Number or plate as written on it.", examples=["52481227"]),
    ]
    identification_type: Annotated[
        IdentificationType, element("T027", "n2", "What kind of identification it is.")
    ]
    means_type: Annotated[Code4 | None, element(None, "an..4", "Kind of means (UN/CEFACT Rec 28).")] = (
        None
    )
    nationality: Annotated[Country | None, element("T014", "a2", "Country of registration.")] = None


class DepartureMeans(Part):
    """The means the cargo left on, where it changes on the way."""

    identification: Annotated[Text35, element("T004", "an..35", "Number, plate or name.")]
    identification_type: Annotated[
        IdentificationType, element("T029", "n2", "What kind of identification it is.")
    ]
    mode: Annotated[TransportMode, element("T021", "n1", "Mode of transport at departure.")]


class ArrivalMeans(Part):
    """The means the cargo arrives on, where it changes on the way."""

    identification: Annotated[Text35, element("T002", "an..35", "Number, plate or name.")]
    identification_type: Annotated[
        IdentificationType, element("T034", "n2", "What kind of identification it is.")
    ]
    mode: Annotated[TransportMode, element("T020", "n1", "Mode of transport at arrival.")]


class Transport(Part):
    """The journey: means, times and countries of the border crossing."""

    mode: Annotated[TransportMode, element("T022", "n1", "Mode that crosses the border; 1 for a ferry.")]
    combined_mode: Annotated[
        CombinedMode | None, element(None, "n2", "What is carried on the ferry or train.")
    ] = None
    active_means: Annotated[ActiveMeans, element("15A", "ActiveMeans", "What crosses the border.")]
    passive_means: Annotated[
        tuple[PassiveMeans, ...],
        Field(max_length=99),
        element("19C", "PassiveMeans", "Wagons, trucks and trailers on board."),
    ] = ()
    departure_means: Annotated[
        DepartureMeans | None, element(None, "DepartureMeans", "Means at departure.")
    ] = None
    arrival_means: Annotated[ArrivalMeans | None, element(None, "ArrivalMeans", "Means at arrival.")] = (
        None
    )
    estimated_arrival_at: Annotated[
        Utc,
        element(
            None,
            "date-time",
            "Expected at the office of entry, UTC.",
            examples=["2026-11-25T03:30:00Z"],
        ),
    ]
    estimated_departure_at: Annotated[
        Utc | None, element(None, "date-time", "Expected departure, UTC; not with the actual one.")
    ] = None
    actual_departure_at: Annotated[
        Utc | None, element(None, "date-time", "Departure as it took place, UTC.")
    ] = None
    routing_countries: Annotated[
        Routing | None,
        element("064", "a2", "Countries in order, loading to unloading.", examples=[["AZ", "TM", "UZ"]]),
    ] = None
    driver: Annotated[
        Person | None,
        element(None, "Person", "Driver or master; personal data, full profile only."),
    ] = None

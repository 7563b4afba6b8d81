"""Where an order or a product is now: what the person says, else what mails tell of the order it came with."""

from mesinfos.model.choice import State, Topic
from mesinfos.model.values import OrderStatus
from mesinfos.relations.orders import OrderView
from mesinfos.relations.products import ProductView, products, purchase_of
from mesinfos.relations.reading import Reading

Where = OrderStatus | State
_STATES = {one.value: one for one in State}


def state_of(reading: Reading, view: OrderView) -> Where:
    """The person's word on an order, else its status."""
    return chosen(reading, view.id) or view.order.status


def state_of_product(reading: Reading, view: ProductView) -> Where:
    """The person's word on a product, else the state of the order it was last kept from."""
    said = chosen(reading, view.id)
    if said:
        return said
    return state_of(reading, reading.order(purchase_of(view).order_id))


def states_of_products(reading: Reading) -> dict[str, Where]:
    """Where every product is, by its id."""
    return reading.derived("states", lambda: {one.id: state_of_product(reading, one) for one in products(reading)})


def chosen(reading: Reading, subject: str) -> State | None:
    """What the person said of a thing, by its id; None for nothing."""
    return _STATES.get(reading.choices().value(Topic.STATE, subject))

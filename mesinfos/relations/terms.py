"""The words of a search's closed lists, English and French, without accents: kinds of things, and states of them."""

from mesinfos.model.choice import State, Welcome
from mesinfos.model.values import BookingStatus, Category, OrderStatus, ParcelStatus, ReturnStatus

KINDS = {
    word: frozenset({kind})
    for kind, words in {
        "merchant": "merchant merchants marchand marchands",
        "message": "message messages mail mails courriel courriels",
        "order": "order orders commande commandes achat achats",
        "parcel": "parcel parcels colis livraison livraisons delivery deliveries",
        "product": "product products produit produits",
        "offer": "offer offers offre offres promo promos",
        "invoice": "invoice invoices facture factures bill bills",
        "booking": "booking bookings reservation reservations",
        "return": "return returns retour retours",
    }.items()
    for word in words.split()
}

STATES: dict[str, frozenset[str]] = {
    word: frozenset(map(str, states))
    for words, states in {
        "delivered livre livree": (OrderStatus.DELIVERED, ParcelStatus.DELIVERED),
        "preparing preparation": (OrderStatus.PROCESSING,),
        "announced annonce": (ParcelStatus.ANNOUNCED,),
        "shipped expedie expediee transit route": (
            OrderStatus.IN_TRANSIT,
            ParcelStatus.IN_TRANSIT,
            ParcelStatus.OUT_FOR_DELIVERY,
        ),
        "pickup retrait relais": (OrderStatus.PICKUP_AVAILABLE, ParcelStatus.PICKUP_AVAILABLE),
        "unpaid impaye impayee": (OrderStatus.PAYMENT_DUE,),
        "late retard": (ParcelStatus.LATE,),
        "problem probleme": (OrderStatus.PROBLEM, ParcelStatus.PROBLEM),
        "returned retourne retournee": (OrderStatus.RETURNED, ParcelStatus.RETURNED, State.RETURNED),
        "cancelled annule annulee": (OrderStatus.CANCELLED, BookingStatus.CANCELLED),
        "confirmed confirme confirmee": (BookingStatus.CONFIRMED,),
        "refunded rembourse remboursee": (ReturnStatus.REFUNDED,),
        "refused refuse refusee": (ReturnStatus.REFUSED, Welcome.REFUSED),
        "paused pause": (Welcome.PAUSED,),
        "requested demande demandee": (ReturnStatus.REQUESTED,),
        "received recu recue": (State.RECEIVED, ReturnStatus.RECEIVED),
        "in-use in_use used usage en-usage en_usage utilise utilisee": (State.IN_USE,),
        "resold revendu revendue": (State.RESOLD,),
        "given given-away donne donnee": (State.GIVEN,),
        "lost perdu perdue": (State.LOST,),
    }.items()
    for word in words.split()
}

CATEGORIES = {
    Category.ORDERS: "orders commandes",
    Category.DELIVERY: "delivery livraison",
    Category.BILLING: "billing facturation factures",
    Category.AFTER_SALES: "after-sales after_sales sav apres-vente",
    Category.ACCOUNT: "account compte",
    Category.NOTIFICATIONS: "notifications",
    Category.PROMO: "promotions promos",
    Category.OTHER: "other autres",
}
"""Categories of mail, as they are looked for."""

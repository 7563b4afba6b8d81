"""Safety notices and recalls of what was sold, by their own words in every language that is read.

Whoever is refused may still have sold something that burns: such a mail is never put aside. A word too many here
shows a mail too many; one too few could hurt somebody.
"""

from mesinfos.model.message import Message
from mesinfos.relations.query import plain

PHRASES = """
rappel de produit; rappel produit; rappel de votre produit; rappel volontaire; rappel de securite; campagne de rappel;
avis de securite; rappel consommateur; retrait du produit;
product recall; safety recall; recall notice; recall of; voluntary recall; safety notice; safety warning;
we are recalling;
ruckrufaktion; produktruckruf; produktwarnung; ruckruf von; ruckruf des; ruckruf der; sicherheitsruckruf; ruckruf:;
retirada de producto; retirada del producto; retirada de productos; aviso de seguridad; llamada a revision;
richiamo prodotto; richiamo del prodotto; richiamo di prodotto; richiamo di sicurezza; avviso di sicurezza;
terugroepactie; terugroeping; productwaarschuwing; veiligheidswaarschuwing;
recolha de produto; recolha do produto; recolha de seguranca; recall de produto; aviso de seguranca;
wycofanie produktu; wycofania produktu; wycofujemy produkt; ostrzezenie dotyczace bezpieczenstwa;
retirada de producte; avis de seguretat; tilbagekaldelse; tilbagekalder; sikkerhedsadvarsel;
tilbakekalling; tilbakekaller; sikkerhetsvarsel; aterkallelse; aterkallar; sakerhetsmeddelande;
takaisinveto; takaisinkutsu; turvallisuusilmoitus; stazeni vyrobku; stazeni produktu; svolavaci akce;
visszahivas; biztonsagi figyelmeztetes; rechemare produs; rechemarea produsului; retragerea produsului;
geri cagırma; geri cagirma; guvenlik uyarısı; guvenlik uyarisi;
ανακληση προιοντος; ανακληση προιοντων; відкликання товару; відкликання продукції; відкликання продукту;
отзыв товара; отзыв продукции; 产品召回; 召回通知; 召回公告; 安全通知; リコール; 自主回収; 리콜
"""
_PHRASES = tuple(plain(one.strip()) for one in PHRASES.split(";"))


def is_recall(message: Message) -> bool:
    """Whether a mail says in its subject or first words that something sold is dangerous or called back."""
    text = plain(f"{message.subject}\n{message.snippet}")
    return any(phrase in text for phrase in _PHRASES)

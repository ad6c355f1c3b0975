"""Forms of personal data (DS702) that a machine can tell by their form: names and addresses are not among them.

Numbers count only with a valid checksum or in a form that nothing else has; reserved and documented examples do not.
"""

import re

from finetuning.dataset.inspections.text_patterns import TextPattern

#: Mailboxes of a role, not of a person: RFC 2142, and what does not take answers.
_ROLES = frozenset(
    b"abuse admin contact feedback ftp git hello help hostmaster info jobs mail mailer-daemon marketing news no-reply "
    b"noc noreply office postmaster press privacy root sales security service support team usenet uucp webmaster "
    b"www you your user username name email someone".split()
)
#: RFC 2606 and RFC 6761: names reserved for examples, and domains that do not exist.
_EXAMPLE_DOMAIN = re.compile(
    rb"(?:^|\.)(?:example(?:\.\w+){0,2}|test|invalid|localhost|local|internal|(?:your)?(?:company|domain|email)\.com)$"
)
#: A name with an at sign is no address if it ends like a file: icon@2x.png.
_FILE = re.compile(rb"\.(?:png|jpe?g|gif|svg|webp|ico|js|ts|css|html?|json|py|md|txt|so|jar|git)$")
#: Stripe documentation, 'Testing'; PayPal documentation, 'Test credit card numbers'.
_TEST_CARDS = frozenset(
    b"4111111111111111 4242424242424242 4012888888881881 4000056655665556 5555555555554444 2223003122003222 "
    b"5200828282828210 5105105105105100 378282246310005 371449635398431 6011111111111117 6011000990139424 "
    b"30569309025904 36227206271667 38520000023237 3566002020360505 3530111333300000".split()
)
#: Numbers printed on specimens (Social Security Administration, 'Social Security cards issued by Woolworth').
_SPECIMENS = frozenset({b"078-05-1120", b"219-09-9999", b"123-45-6789", b"111-22-3333"})
#: IBAN registry, SWIFT: the length by country; the examples printed in it.
_IBAN_COUNTRIES = {
    country.encode(): length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
_IBAN_EXAMPLES = frozenset(b"DE89370400440532013000 GB29NWBK60161331926819 GB82WEST12345698765432".split())
#: Numbers kept for stories: 555-0100 to 555-0199 (North American Numbering Plan), Ofcom's numbers for drama.
_FICTION = re.compile(
    rb"1\d{3}55501\d\d$|1555|44(?:20794609|1632960|7700900|113496|114496|115496|116496|117496|118496)\d+$"
)


def _address(value: bytes) -> bool:
    mailbox, _, domain = value.lower().partition(b"@")
    reserved = _EXAMPLE_DOMAIN.search(domain) or _FILE.search(domain)
    return mailbox.partition(b"+")[0] not in _ROLES and not reserved


def _social_security_number(value: bytes) -> bool:
    """Return whether the number can have been given out (Social Security Administration, same title)."""
    area, group, serial = value.split(b"-")
    possible = area not in {b"000", b"666"} and area < b"900" and group != b"00" and serial != b"0000"
    return possible and value not in _SPECIMENS


def _card(value: bytes) -> bool:
    """Return whether the number has a valid check digit (ISO/IEC 7812-1, annex B: the Luhn algorithm)."""
    digits = re.sub(rb"[ -]", b"", value)
    numbers = [digit - 48 for digit in reversed(digits)]
    total = sum(numbers[0::2]) + sum(sum(divmod(2 * number, 10)) for number in numbers[1::2])
    return total % 10 == 0 and digits not in _TEST_CARDS and len(set(digits)) > 2


def _iban(value: bytes) -> bool:
    """Return whether length and check digits are valid (ISO 13616-1: modulo 97)."""
    number = value.replace(b" ", b"")
    if len(number) != _IBAN_COUNTRIES.get(number[:2]) or number in _IBAN_EXAMPLES:
        return False
    return int("".join(str(int(chr(sign), 36)) for sign in number[4:] + number[:4])) % 97 == 1


def _phone(value: bytes) -> bool:
    digits = re.sub(rb"\D", b"", value)
    return 10 <= len(digits) <= 15 and len(set(digits)) > 2 and b"1234567" not in digits and not _FICTION.match(digits)


_NUMBER_BEGINS = rb"(?<![-.,+/])"
_NUMBER_ENDS = rb"(?![\w-]|\.\d)"
_CARD_FORM = (
    rb"(?:4\d{3}|5[1-5]\d\d|2[2-7]\d\d|6011|65\d\d|35[2-8]\d)(?P<gap>[ -]?)\d{4}(?P=gap)\d{4}(?P=gap)\d{4}"
    rb"|3[47]\d\d(?P<gap2>[ -]?)\d{6}(?P=gap2)\d{5}"
)

PERSONAL_DATA = (
    TextPattern(
        "DS702",
        "e-mail address",
        (b"@",),
        re.compile(rb"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w@])"),
        "RFC 5322, section 3.4.1",
        _address,
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._%+-/",
    ),
    TextPattern(
        "DS702",
        "US Social Security number",
        (b"000-00-0000",),
        re.compile(_NUMBER_BEGINS + rb"\d{3}-\d{2}-\d{4}" + _NUMBER_ENDS),
        "Social Security Administration, 'The SSN numbering scheme'",
        _social_security_number,
    ),
    TextPattern(
        "DS702",
        "payment card number",
        (
            b"0000 0000 0000 0000",
            b"0000-0000-0000-0000",
            b"000000000000000",
            b"0000 000000 00000",
            b"0000-000000-00000",
        ),
        re.compile(_NUMBER_BEGINS + rb"(?:" + _CARD_FORM + rb")" + _NUMBER_ENDS),
        "ISO/IEC 7812-1; the issuers' ranges",
        _card,
    ),
    TextPattern(
        "DS702",
        "IBAN",
        tuple(sorted(country + b"00" for country in _IBAN_COUNTRIES)),
        re.compile(rb"[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?" + _NUMBER_ENDS),
        "ISO 13616-1; SWIFT, 'IBAN registry'",
        _iban,
    ),
    TextPattern(
        "DS702",
        "telephone number",
        (b"+0",),
        re.compile(rb"\+(?!\d{4}-\d\d-\d\d)[1-9](?:[ .()-]{0,2}\d){9,14}" + _NUMBER_ENDS),
        "ITU-T E.164; ITU-T E.123",
        _phone,
    ),
)

import base64
import hmac

from hypothesis import example, given
from hypothesis import strategies as st

from factories import APPLICATION_ID
from intake.domain.reference import application_id_for, reference_for
from intake.domain.token import Purpose, TokenKeys, sign, verify

OLD = TokenKeys(current="k1", keys={"k1": b"first key"})
ROTATED = TokenKeys(current="k2", keys={"k1": b"first key", "k2": b"second key"})
NEW = TokenKeys(current="k2", keys={"k2": b"second key"})


def opens(keys: TokenKeys, token: str, counter: int = 0, application_id: str = APPLICATION_ID) -> bool:
    return verify(keys, token, Purpose.APPLICANT, application_id, counter)


def test_a_token_opens_its_own_application_only_and_only_until_it_is_revoked() -> None:
    token = sign(OLD, Purpose.APPLICANT, APPLICATION_ID, 0)
    assert opens(OLD, token)
    assert not opens(OLD, token, counter=1)
    assert not opens(OLD, token, application_id="f" * 40)


def test_a_token_is_worth_nothing_for_another_application_whatever_id_it_claims() -> None:
    _, key_id, mac = sign(OLD, Purpose.APPLICANT, "f" * 40, 0).split(".")
    assert not opens(OLD, f"{APPLICATION_ID}.{key_id}.{mac}")


def test_tokens_in_old_mails_stay_what_they_were() -> None:
    """HMAC-SHA256 of "applicant|<id>|<counter>", its first 192 bits in URL-safe base64."""
    digest = hmac.new(b"first key", f"applicant|{APPLICATION_ID}|7".encode(), "sha256").digest()
    mac = base64.urlsafe_b64encode(digest[:24]).decode()
    assert sign(OLD, Purpose.APPLICANT, APPLICATION_ID, 7) == f"{APPLICATION_ID}.k1.{mac}"


def test_a_receipts_link_opens_while_its_address_is_the_applicants() -> None:
    token = sign(OLD, Purpose.RECEIPT, APPLICATION_ID, 0, "nino@writers.example")

    def opens_for(address: str, counter: int = 0) -> bool:
        return verify(OLD, token, Purpose.RECEIPT, APPLICATION_ID, counter, address)

    assert [opens_for("nino@writers.example"), opens_for("nimo@writers.example")] == [True, False]
    assert not opens_for("nino@writers.example", counter=1)
    assert not opens(OLD, token)


def test_two_keys_are_valid_while_the_secret_is_rotated() -> None:
    token = sign(OLD, Purpose.APPLICANT, APPLICATION_ID, 0)
    assert opens(ROTATED, token)
    assert not opens(NEW, token)
    assert sign(ROTATED, Purpose.APPLICANT, APPLICATION_ID, 0).split(".")[1] == "k2"


@given(st.text())
def test_no_other_text_is_a_token(text: str) -> None:
    assert not opens(OLD, text)


@given(st.integers(min_value=0, max_value=90), st.characters())
@example(44, "\ud800")  # half of a character, as JSON can carry it
def test_a_token_with_one_character_changed_opens_nothing(place: int, character: str) -> None:
    token = sign(OLD, Purpose.APPLICANT, APPLICATION_ID, 0)
    place %= len(token)
    changed = token[:place] + character + token[place + 1 :]
    assert opens(OLD, changed) == (changed == token)


def test_id_and_reference_are_always_the_same_for_one_key() -> None:
    application_id = application_id_for("a key of the client")
    assert application_id == application_id_for("a key of the client")
    assert len(application_id) == 40
    assert reference_for(application_id) == reference_for(application_id)


@given(st.text(alphabet="0123456789abcdef", min_size=40, max_size=40))
def test_a_reference_can_be_read_aloud(application_id: str) -> None:
    reference = reference_for(application_id)
    assert len(reference) == 9
    assert reference[4] == "-"
    assert set(reference.replace("-", "")) <= set("23456789ABCDEFGHJKMNPQRSTVWXYZ")

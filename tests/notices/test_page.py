"""The page on which staff choose how they hear of things."""

import re
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.clock import utc_now
from bot.notices.mail import Mail, MailServer
from bot.staff.rights import Role
from tests.console.support import Browser, Screen, hire, open_browser
from tests.notices.mailbox import Mailbox, open_mailbox, words
from tests.notices.support import looks
from tests.support import Shop


@pytest.fixture
async def sato(shop: Shop) -> AsyncIterator[Browser]:
    await hire(shop, "sato", name="佐藤")
    async with open_browser(shop) as browser:
        await browser.sign_in("sato")
        await browser.open("/console/notices")
        yield browser


async def tried(shop: Shop, browser: Browser, way: str) -> Screen:
    """Send a test, and read what the page says in the end."""
    screen = await browser.open("/console/notices")
    screen = await browser.post(
        "/console/notices/test", {"csrf": screen.csrf, "way": way, "target": "0"}
    )
    await looks(shop)
    again = re.search(r'hx-get="([^"]+)"', screen.html)
    return await browser.open(again[1]) if again else screen


async def test_an_address_is_taken_once_its_mail_was_read(
    shop: Shop, sato: Browser, mailbox: Mailbox
) -> None:
    assert "届け先がありません" in (await tried(shop, sato, "mail")).text
    await sato.open("/console/notices")
    screen = await sato.send("/console/notices/mail", mail="sato at example")
    assert (screen.status, "メールアドレスを確認してください" in screen.text) == (422, True)
    screen = await sato.send("/console/notices/mail", mail="sato@staff.example")
    assert "sato@staff.example に確認コードを送りました" in screen.text
    code = re.search(r"^\d{6}$", words(await mailbox.next()), re.MULTILINE)
    assert code is not None
    wrong = "000000" if code[0] != "000000" else "111111"
    prove = {"mail": "sato@staff.example"}
    screen = await sato.send("/console/notices/mail/prove", **prove, code=wrong)
    assert (screen.status, "コードが違うか" in screen.text) == (422, True)
    screen = await sato.send("/console/notices/mail/prove", **prove, code=code[0])
    assert "通知メールの宛先を登録しました" in screen.text
    assert "メールサーバーが受け付けました" in (await tried(shop, sato, "mail")).text
    assert (await mailbox.next())["Subject"] == "【麦とつばめ】テスト通知 1件"
    mailbox.answer = "535 go away"
    assert "535 go away" in (await tried(shop, sato, "mail")).text
    await sato.open("/console/notices")
    assert "外しました" in (await sato.send("/console/notices/mail/remove")).text


async def test_a_code_is_not_guessed(sato: Browser) -> None:
    for _ in range(8):
        screen = await sato.send("/console/notices/mail/prove", mail="a@b.example", code="000000")
    assert (screen.status, "試行回数が多すぎます" in screen.text) == (429, True)


async def test_what_is_chosen_stays_and_nobody_gets_another_ones_device(
    shop: Shop, sato: Browser
) -> None:
    chosen = {"mention.line": "yes", "quiet": "yes", "quiet_from": "21:30", "quiet_to": "08:00"}
    screen = await sato.send("/console/notices", **chosen, gather="60", unseen="30")
    assert re.search(r'name="mention.line" value="yes" checked', screen.html)
    assert not re.search(r'name="waiting.browser" value="yes" checked', screen.html)
    assert 'value="21:30"' in screen.html
    assert '<option value="60" selected>' in screen.html
    assert "trouble" not in screen.html
    assert (await sato.send("/console/notices/devices/1/remove")).status == 404
    assert (await sato.open("/console/notices/sent")).status == 403
    await hire(shop, "owner", Role.OWNER)
    async with open_browser(shop) as owner:
        await owner.sign_in("owner")
        screen = await owner.open("/console/notices/sent")
        assert "トラブルの通知を受け取れる管理者がいません" in screen.text
        assert "コンソールを開いていないと何も届かない人: owner、佐藤" in screen.text


async def test_mails_are_handed_in_encrypted_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = _certified(tmp_path)

    def knows(*given: object) -> AuthResult:
        login = given[-1]
        is_right = getattr(login, "password", b"") == b"p@ss/word"
        return AuthResult(success=is_right, handled=is_right)

    secured = {"tls_context": context, "require_starttls": True, "auth_required": True}
    async with open_mailbox(authenticator=knows, **secured) as mailbox:
        port = mailbox.url.rpartition(":")[2]

        async def handed_in(url: str) -> str:
            server = MailServer.read(url, "Enishi <enishi@shop.example>")
            mail = Mail(server, "https://shop.example", utc_now)
            outcome = await mail.deliver("sato@staff.example", "件名", "本文", key="1")
            return outcome.error or "taken"

        right = f"smtp://enishi:p%40ss%2Fword@127.0.0.1:{port}"
        assert "CERTIFICATE_VERIFY_FAILED" in await handed_in(right)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        assert await handed_in(right) == "taken"
        mail = await mailbox.next()
        assert (mail["Subject"], words(mail).strip()) == ("件名", "本文")
        wrong = f"smtp://enishi:wrong@127.0.0.1:{port}"
        assert (await handed_in(wrong)).startswith("mail_sign_in")
        plain = f"smtp+plain://enishi:p%40ss%2Fword@127.0.0.1:{port}"
        assert (await handed_in(plain)) != "taken"
    assert (await handed_in(right)).startswith(f"mail_unreachable: 127.0.0.1:{port}")
    assert "p@ss" not in repr(MailServer.read(right, "a@b.example"))


def _certified(folder: Path) -> ssl.SSLContext:
    """Make a certificate for this machine, and what serves it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = utc_now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context

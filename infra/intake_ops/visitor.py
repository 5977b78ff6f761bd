"""An applicant at a browser: the steps of an application, by what the pages offer, in any language."""

from dataclasses import dataclass

from playwright.sync_api import Page

from intake.domain.form_stamp import SHORTEST

CV = ("Lebenslauf Nino Beridze.txt", b"Curriculum vitae of Nino Beridze, reporter in Kutaisi since 2014. " * 30)
LETTER = "Dear editors, I would like to report from Kutaisi for your readers, on rivers, dams and people. " * 12
LINK = "https://example.org/articles/the-river-at-night"


@dataclass
class Visitor:
    """`page` may run without JavaScript: then `has_script` is false and files go by plain forms."""

    page: Page
    base_url: str
    language: str = "en"
    call: str = "contributors"
    has_script: bool = True

    @property
    def start_url(self) -> str:
        return f"{self.base_url}/{self.language}/apply/{self.call}"

    @property
    def home(self) -> str:
        """The application's own address, taken from where the browser is."""
        language, _, token = self.page.url.removeprefix(f"{self.base_url}/").split("/")[:3]
        return f"{self.base_url}/{language}/a/{token}"

    def start(self) -> None:
        self.page.goto(self.start_url)

    def begin(self) -> None:
        self.start()
        self.page.locator(".actions a.button").first.click()

    def fill_in(self, name: str = "Nino Beridze", email: str = "nino@writers.example") -> None:
        self.page.fill("#name", name)
        self.page.fill("#email", email)
        for field, value in (
            ("regions", "georgia"),
            ("topics", "environment"),
            ("languages", "ka"),
            ("languages", "en"),
        ):
            self.page.check(f"input[name={field}][value={value}]")
        if not self.has_script:  # which would hold back what is sent sooner than a person can
            self.page.wait_for_timeout(SHORTEST.total_seconds() * 1000)

    def press(self) -> None:
        """The page's main button."""
        self.page.locator("main .actions .button:visible").last.click()

    def introduce(self, **card: str) -> None:
        """From nothing to the page of the first document."""
        self.begin()
        self.fill_in(**card)
        self.page.check("#has_read")
        self.press()
        self.page.wait_for_url("**/a/**")  # the script may hold the form back for a moment

    def choose(self, name: str, body: bytes) -> None:
        self.page.set_input_files("#file", {"name": name, "mimeType": "", "buffer": body})

    def send_file(self, name: str = CV[0], body: bytes = CV[1]) -> None:
        """Chooses a file and waits until it was received."""
        self.choose(name, body)
        if self.has_script:
            self.page.wait_for_selector("form.upload .sending[hidden]", state="attached")
            self.page.wait_for_selector("#present:not([hidden])")
        else:
            self.page.click("form.upload button:not([type=button])")

    def go_on(self) -> None:
        self.page.click("[data-continue]")

    def type_text(self, text: str = LETTER) -> None:
        """Types the document, which leads to the next page."""
        self.page.locator("details:has(#text) summary").click()
        self.page.fill("#text", text)
        self.page.click("details:has(#text) button")

    def give_link(self, link: str = LINK) -> None:
        """Gives a link for the document, which leads to the next page."""
        self.page.locator("details:has(#link) summary").click()
        self.page.fill("#link", link)
        self.page.click("details:has(#link) button")

    def hand_in(self) -> None:
        """Everything, up to the page where it is sent."""
        self.introduce()
        self.send_file()
        self.go_on()
        self.type_text()
        self.give_link()

    def submit(self) -> None:
        self.page.click("form[action$='/send'] button")

    @property
    def reference(self) -> str:
        return self.page.inner_text(".reference")

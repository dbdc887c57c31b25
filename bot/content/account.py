"""account.yaml: who the account is, and everything it says outside surveys.

    account.yaml -> Account -> handlers and flex templates

Which text is said when is for handlers to decide.
"""

from bot.content.brand import Brand
from bot.content.words import AltText, Label, Title, Words
from bot.content.yaml_source import Content, Several


class Shop(Content):
    """The shop behind the account."""

    name: Words
    tagline: Words
    hours: Words


class Greeting(Content):
    """The first bubble, on becoming friends."""

    alt_text: AltText
    title: Title
    text: Words
    #: What will come and how often; said before anything is asked.
    promise: Words
    #: Starts the survey.
    button: Label
    note: Words


class WelcomeBack(Content):
    """The bubble for a friend who is back after a block."""

    alt_text: AltText
    title: Title
    text: Words


class HelpItem(Content):
    """One thing that can be done in the talk."""

    title: Words
    text: Words


class Help(Content):
    """What can be done here."""

    alt_text: AltText
    title: Title
    items: Several[HelpItem]
    #: Stands before the shop's hours.
    hours: Words


class Buttons(Content):
    """Labels of the buttons that stand in more than one place."""

    survey: Label
    card: Label
    help: Label


class SurveyTexts(Content):
    """What is said around every survey."""

    back: Label
    later: Label
    #: On the button that goes on after *later*.
    resume: Label
    paused: Words
    already_done: Words
    old_question: Words
    old_version: Words
    not_a_choice: Words
    date_out_of_range: Words


class Card(Content):
    """The member card in the talk."""

    alt_text: AltText
    title: Title
    number: Words
    how_to: Words
    not_a_member: Words
    expired: Words


class Replies(Content):
    """Answers to what the friend sends."""

    unknown_text: Words
    sticker: Words
    image: Words
    video: Words
    audio: Words
    file: Words
    location: Words
    other: Words
    old_button: Words
    group: Words
    failed: Words


class Account(Content):
    """The sample account, or yours."""

    shop: Shop
    brand: Brand
    greeting: Greeting
    welcome_back: WelcomeBack
    help: Help
    buttons: Buttons
    survey: SurveyTexts
    card: Card
    replies: Replies

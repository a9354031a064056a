"""What the scripts that write the studies' pages share: numbers, rows, and putting tables into a page."""
import os


def number(value, digits=3):
    return "–" if value is None else f"{value:.{digits}f}".replace("-0." + "0" * digits, "0." + "0" * digits)


def row(*cells):
    return "| " + " | ".join(cells) + " |"


def replaced(text, after, lines):
    """The text with another body of the first table below a line that starts as given."""
    start = text.index("\n|---", text.index("\n" + after)) + 1
    start = text.index("\n", start) + 1
    end = start
    while text.startswith("|", end):
        end = text.index("\n", end) + 1
    return text[:start] + "\n".join(lines) + "\n" + text[end:]


def rewrite(script, tables):
    """Puts tables (the beginning of the line above each, its rows) into the page of a script's name."""
    page = os.path.splitext(os.path.abspath(script))[0] + ".md"
    text = open(page, encoding="utf-8").read()
    for after, lines in tables:
        text = replaced(text, after, list(lines))
    open(page, "w", encoding="utf-8").write(text)

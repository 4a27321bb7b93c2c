"""Distinguished names are normalised so that names equal to LDAP have equal text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlaccess.permission.dn import is_descendant, normalize_dn


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("", ""),
        ("   ", ""),
        ("CN=John Smith, OU=Sales,DC=example , dc=COM", "cn=john smith,ou=sales,dc=example,dc=com"),
        ("cn=a;dc=b", "cn=a,dc=b"),
        ("cn =  a   b  ,dc=c", "cn=a b,dc=c"),
        ("cn=Smith\\, John,dc=c", "cn=smith\\, john,dc=c"),
        ("cn=Smith\\2C John,dc=c", "cn=smith\\, john,dc=c"),
        ('cn="Smith, John" ,dc=c', "cn=smith\\, john,dc=c"),
        ('dc=c,cn="Smith, John"', "dc=c,cn=smith\\, john"),
        ('cn="a" ', "cn=a"),
        ("sn=B+cn=A,dc=c", "cn=a+sn=b,dc=c"),
        ("cn=M\u00fcller,dc=c", "cn=m\\c3\\bcller,dc=c"),
        ("cn=M\\C3\\BCller,dc=c", "cn=m\\c3\\bcller,dc=c"),
        ("cn=#04024869,dc=c", "cn=hi,dc=c"),
        ("cn=\\#1,dc=c", "cn=\\#1,dc=c"),
        ("cn=a=b,dc=c", "cn=a\\=b,dc=c"),
        ("cn=,dc=c", "cn=,dc=c"),
        ("cn=\\ ,dc=c", "cn=\\ ,dc=c"),
        ("X500=a,dX=b", "x500=a,dx=b"),
        ("cn=#0481024869,dc=c", "cn=hi,dc=c"),
        ("cn=#048200024869+sn=b", "cn=hi+sn=b"),
        ("cn=#0400,dc=c", "cn=,dc=c"),
        ("cn=#040158;dc=c", "cn=x,dc=c"),
        ("cn=#040158 ,dc=c", "cn=x,dc=c"),
        ("cn=a + sn=b", "cn=a+sn=b"),
        ("cn=a+cn=b,dc=c", "cn=b,dc=c"),
        ("cn=b+CN=a", "cn=a"),
        ('cn="" ,dc=c', "cn=,dc=c"),
        ('cn="a;b+c",dc=c', "cn=a\\;b\\+c,dc=c"),
        ('cn="a\\"b"+sn="x";dc=c', 'cn=a\\"b+sn=x,dc=c'),
        ("cn=\\41\\42c,dc=c", "cn=abc,dc=c"),
        ("cn=a\\,\\;\\+\\<\\>\\\\", "cn=a\\,\\;\\+\\<\\>\\\\"),
        ("cn=a#b", "cn=a#b"),
        ("cn=a\\00b", "cn=a\\00b"),
        ("cn=~\x7f", "cn=~\\7f"),
        ("cn=\u0130", "cn=i"),
        ("cn=a\\41", "cn=aa"),
        ("cn=\\41\\42", "cn=ab"),
    ],
)
def test_a_dn_has_one_normal_form(text: str, normal: str) -> None:
    assert normalize_dn(text) == normal


@pytest.mark.parametrize(
    "text",
    [
        "admins",
        "cn=a,",
        "cn=a,,dc=b",
        "=a",
        "cn",
        "cn=a+",
        'cn="a',
        'cn=a"b',
        'cn="a"b',
        "cn=a\\",
        "cn=a\\2",
        "cn=a\\2g",
        "cn=#0g",
        "cn=#040",
        "cn=#040548",
        "cn=#04",
        "cn=#",
        "cn=#040148 x",
        "cn=#040148X",
        "cn=a+ ",
        "cn=a + ,dc=b",
        "cn=a, ",
        "c n=a",
        "cn ",
        "c;n=a",
        "cn=a\\4",
        "cn=a\\41\\4x",
        'cn= x"a"',
        'cn="a" b',
        'cn="a"XOU=b',
        "a,cn=b",
    ],
)
def test_what_is_no_dn_has_none(text: str) -> None:
    assert normalize_dn(text) is None


def test_below_a_suffix_means_strictly_below() -> None:
    assert is_descendant("cn=a,dc=b,dc=c", "dc=b,dc=c")
    assert not is_descendant("dc=b,dc=c", "dc=b,dc=c")
    assert not is_descendant("cn=a,xdc=b", "dc=b")
    assert not is_descendant("cn=a", None)
    assert is_descendant("cn=a", "")
    assert not is_descendant("", "")


@given(st.text(alphabet='cn=, ;+\\"#aB\u00e94f', max_size=14))
def test_normalising_is_idempotent_and_total(text: str) -> None:
    normal = normalize_dn(text)
    if normal is not None:
        assert normalize_dn(normal) == normal

"""The words of agreement a new community starts with. Its people change them; each change is a new version."""

HOUSE = """\
We give each other time. An hour is an hour, whoever gives it and whatever it is for.

Everybody here has something to give, and everybody needs a hand now and then. Asking is as good as giving.

We say what we can do and what we cannot. Saying no is fine, and nobody has to say why.

We come when we said we would, or let the other know in good time.

When two people have done something together, both say so. Then it goes into the book.

When something goes wrong we talk, and put it right together. A coordinator helps if you ask.

What people tell us stays with us. We do not ask about anybody's past.

You can take a break, or leave, whenever you like."""

PRIVACY = """\
We keep as little about you as we can.

What others here see: the name you want to be called, and what you choose to say about what you like doing, what \
would help you, which part of town you are in and when it suits you. And your offers and requests.

What only you and the other person see: what you two agree and what you write to each other. A coordinator sees what \
is needed when you ask for help, or when a second pair of eyes looks at an exchange.

What only coordinators see: how you can be reached. Each time one of them looks, it is written down, and you can see it.

What funders see: rounded figures about all of us together. Nobody can be found in them.

You can see what is kept about you, change it, take it with you, and leave. When you leave, the hours stay in the book \
without your name. What you have left over goes to the pot, and the pot takes care of what is missing. Your own words \
are erased. What you wrote to somebody stays with them, without your name.

We do not ask for your date of birth, your gender, a photo, or anything about your past. Nothing is \
sold or handed on."""

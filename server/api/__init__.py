"""The answers for programs: what each address takes and gives, declared once, and the bodies that are given."""

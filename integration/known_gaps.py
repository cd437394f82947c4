"""What is known not to work yet: a test of what ought to be, and why it is not so. The run says XFAIL for each; a test that
passes after all is reported, so that its line here goes away. Test names are compared from the left."""

GAPS = {}

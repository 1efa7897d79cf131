/* SPDX-License-Identifier: ISC */
/*
 * error - why something failed, carried from the deep to the program that prints it
 *
 * The shared code neither prints nor exits. A function that can fail for more reasons than errno knows takes a
 * `struct error *` last, fills it once, and returns -1. The text is what follows the colon in
 * "program: cannot read 'x': REASON": lower case, no full stop, no newline.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

struct error {
	char text[512];
};

/*
 * Fills *err as printf does and returns -1, so that a failing function ends in `return error_set(err, ...)`.
 * A format that ends in ':' asks for errno's reason behind it. err may be NULL. Too long a text is cut.
 */
int error_set(struct error *err, const char *format, ...)
#ifdef __GNUC__
        __attribute__((format(printf, 2, 3)))
#endif
        ;

/* Puts context in front of the text that is there, "context: text", and returns -1. */
int error_within(struct error *err, const char *format, ...)
#ifdef __GNUC__
        __attribute__((format(printf, 2, 3)))
#endif
        ;

#endif

/* SPDX-License-Identifier: ISC */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define ORNAMENT_VERSION "0.1"

#endif

/*
 * ws.h — RFC 6455 from the server's side, as a codec: bytes in, messages out; no I/O of its own.
 *
 * Reading    the caller collects what arrives and calls ws_read until it says WS_MORE, each time
 *            dropping *taken bytes from the front, whatever it says. A message of one frame is
 *            unmasked where it lies; fragments are joined in memory of the reader's, which it has
 *            only as long. A payload stands until those bytes are dropped or ws_read is called
 * Size       max: the longest message taken (close code 1009 past it, told from the header). An
 *            incomplete frame is left with the caller: at most max + WS_HEADER bytes
 * Faults     1002 what is no frame of a client (unmasked, reserved bits, opcodes, lengths, order of
 *            fragments, a close code that may not be sent), 1007 text that is no UTF-8.
 *            After one nothing more is read: ws_put_close(*code), then close
 * Extensions none, so the reserved bits are never set
 */
#ifndef LIVE_WS_H
#define LIVE_WS_H

#include "base/buf.h"

enum { WS_HEADER = 14 };                    /* the longest of a client                    */
enum ws_op { WS_TEXT = 1, WS_BINARY = 2, WS_CLOSE = 8, WS_PING = 9, WS_PONG = 10 };
enum ws_read { WS_MORE, WS_FRAME, WS_FAULT };

struct ws_reader {
    size_t max;
    enum ws_op joining;                     /* of the fragments at hand; 0: none          */
    bool joined;                            /* the message has been handed out            */
    struct arena *mem;                      /* while there are fragments                  */
    struct buf message;
};

void ws_begin(struct ws_reader *reader, size_t max);
void ws_end(struct ws_reader *reader);      /* frees what it holds                        */
/* WS_FRAME: a whole message or a control frame. WS_FAULT: *code is what to close with. */
enum ws_read ws_read(struct ws_reader *reader, char *bytes, size_t n, size_t *taken,
                     enum ws_op *op, struct str *payload, int *code);
int ws_close_code(struct str payload);      /* of a WS_CLOSE; 1005: it names none         */

void ws_put(struct buf *out, enum ws_op op, struct str payload);
/* 1005: without a code. A long reason is cut. */
void ws_put_close(struct buf *out, int code, struct str reason);

/* Sec-WebSocket-Accept for a Sec-WebSocket-Key; absent when that is not 16 bytes in base64. */
struct str ws_accept(struct arena *mem, struct str key);

#endif

# live.pl — a client of realtime at its Unix socket, which shows line by line what it hears.
#
#     perl t/lib/live.pl SOCKET ws PATH ['Name: value'…] <messages     each line is sent as a text frame
#     perl t/lib/live.pl SOCKET sse PATH ['Name: value'…]              the reply as it comes
#     perl t/lib/live.pl SOCKET late PATH ['Name: value'…]             the same, but reads on only after a line is typed
#     perl t/lib/live.pl SOCKET fcgi PATH ['NAME=value'…]              the same by FastCGI, with those parameters
#     perl t/lib/live.pl SOCKET raw <bytes                             as they are; then what is answered
#
# ws shows "open STATUS [protocol]", "text …", "ping", "pong", "close CODE REASON", "end". A line that begins with ! is
# no message: !ping, !close CODE, !hex FRAME (as it is), !big N (a text of N bytes), !split TEXT (in three fragments),
# !deaf (reads no more).
use strict;
use warnings;
use IO::Select;
use IO::Socket::UNIX;

my ($at, $how, $path, @fields) = @ARGV;
$| = 1;
$SIG{PIPE} = 'IGNORE';
my $server = IO::Socket::UNIX->new(Peer => $at) or die "connect $at: $!\n";
if ($how eq 'raw') {
    local $/;
    my $bytes = <STDIN>;
    print $server $bytes;
    $server->flush;
    my $reply = '';
    while (IO::Select->new($server)->can_read(20)) {
        sysread $server, $reply, 65536, length $reply or last;
    }
    print $reply;
    exit 0;
}
sub record { my ($type, $bytes) = @_; return pack('CCnnCC', 1, $type, 1, length $bytes, 0, 0) . $bytes }
if ($how eq 'fcgi') {
    my ($place, $query) = split /\?/, $path, 2;
    my $params = join '', map { my ($name, $value) = split /=/, $_, 2; pack('NN', map { $_ | 1 << 31 } length $name, length $value) . $name . $value }
        'REQUEST_METHOD=GET', "REQUEST_URI=$path", 'SCRIPT_NAME=', "PATH_INFO=$place", 'QUERY_STRING=' . ($query // ''),
        'REMOTE_ADDR=127.0.0.1', @fields;
    syswrite $server, record(1, pack 'nCx5', 1, 0) . record(4, $params) . record(4, '') . record(5, '');
    my $heard = '';
    while (sysread $server, $heard, 65536, length $heard) {
        while (length $heard >= 8) {
            my (undef, $type, undef, $n, $padding) = unpack 'CCnnC', $heard;
            last if length $heard < 8 + $n + $padding;
            print substr($heard, 8, $n) =~ tr/\r//dr if $type == 6;
            print "ended\n" if $type == 3;
            substr $heard, 0, 8 + $n + $padding, '';
        }
    }
    print "end\n";
    exit 0;
}
my $asked = "GET $path HTTP/1.1\r\nHost: localhost\r\n" . join '', map { "$_\r\n" } @fields;
$asked .= "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    if $how eq 'ws';
syswrite $server, "$asked\r\n";
if ($how eq 'sse' || $how eq 'late') {
    sysread $server, my $first, 65536;
    print $first =~ tr/\r//dr;
    <STDIN> if $how eq 'late';
    while (sysread $server, my $some, 65536) { print $some =~ tr/\r//dr }
    print "end\n";
    exit 0;
}

sub frame {
    my ($first, $payload) = @_;
    my $n = length $payload;
    my $length = $n < 126 ? chr(128 | $n) : $n < 65536 ? chr(254) . pack('n', $n) : chr(255) . pack('Q>', $n);
    my $mask = "\x37\xfa\x21\x3d";
    my $masked = $payload ^ substr($mask x ($n / 4 + 1), 0, $n);
    return chr($first) . $length . $mask . $masked;
}

sub say_it {
    my ($line) = @_;
    return frame(0x81, $line) unless $line =~ /^!(\w+) ?(.*)/s;
    return frame(0x89, 'are you there') if $1 eq 'ping';
    return frame(0x88, pack 'n', $2) if $1 eq 'close';
    return pack 'H*', $2 if $1 eq 'hex';
    return frame(0x81, 'x' x $2) if $1 eq 'big';
    if ($1 eq 'split') {
        my $third = int(length($2) / 3);
        return frame(0x01, substr $2, 0, $third) . frame(0x89, '') . frame(0x00, substr $2, $third, $third)
            . frame(0x80, substr $2, 2 * $third);
    }
    die "what is !$1\n";
}

sub show {
    my ($op, $text) = @_;
    return print "text $text\n" if $op == 1;
    return print "ping\n" if $op == 9;
    return print "pong $text\n" if $op == 10;
    return print 'close ', (length $text < 2 ? 1005 : unpack 'n', $text), ' ', substr($text, 2), "\n" if $op == 8;
    print "frame $op\n";
}

# The head, then frames: those of a server are not masked.
my ($heard, $open, $deaf) = ('', 0, 0);
sub take {
    if (!$open && $heard =~ s/^HTTP\S+ (\d+)(.*?)\r\n\r\n//s) {
        my ($status, $head) = ($1, $2);
        print "open $status", ($head =~ /^Sec-WebSocket-Protocol: (\S+)/im ? " $1" : ''), "\n";
        print "$heard\n" if $status != 101;
        $open = 1;
    }
    while ($open && length $heard > 1) {
        my ($first, $n) = unpack 'CC', $heard;
        my $head = $n < 126 ? 2 : $n == 126 ? 4 : 10;
        return if length $heard < $head;
        $n = unpack 'n', substr $heard, 2 if $n == 126;
        $n = unpack 'Q>', substr $heard, 2 if $n == 127;
        return if length $heard < $head + $n;
        my $text = substr $heard, $head, $n;
        substr $heard, 0, $head + $n, '';
        show($first & 15, $text);
        syswrite $server, frame(0x8a, $text) if ($first & 15) == 9;
    }
}

my $select = IO::Select->new($server, \*STDIN);
my $typed = '';
while (1) {
    for my $ready ($select->can_read) {
        if ($ready == $server) {
            my $n = sysread $server, $heard, 65536, length $heard;
            if (!$n) { take(); print "end\n"; exit 0 }
            take();
        } else {
            my $n = sysread STDIN, $typed, 65536, length $typed;
            $select->remove(\*STDIN) if !$n;
            while ($typed =~ s/^(.*?)\n//) {
                my $line = $1;
                if ($line eq '!deaf') { $select->remove($server); next }
                syswrite $server, say_it($line);
            }
        }
    }
}

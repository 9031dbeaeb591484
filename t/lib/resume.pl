# resume.pl — subscribers that are cut again and again while records are created, and what each of them heard.
#
#     perl t/lib/resume.pl URL COLLECTION FOLDER SECONDS RATE TOKEN TOKEN…
#
# The first token creates; subscriber k listens with one of the others, in turn. Each is cut about once a second,
# and resumes with Last-Event-ID, as a browser's EventSource does. When all have heard of a record without `open`,
# the last one, it ends. FOLDER gets heard.k: a line "event-id record-id n" for each event, in the order of arrival.
use strict;
use warnings;
use IO::Handle;
use IO::Select;
use IO::Socket::INET;
use Time::HiRes qw(sleep time);

my ($url, $collection, $folder, $seconds, $rate, $writer, @tokens) = @ARGV;
my ($place) = $url =~ m{^http://([^/]+)} or die "no URL: $url\n";
my ($subscribers, $writers, $patience) = (20, 4, 60);
$SIG{PIPE} = 'IGNORE';
$| = 1;

# --- creating ----------------------------------------------------------------------------------------

# The reply's status, or 0; the connection is kept where that works.
sub ask {
    my ($keep, $body) = @_;
    $$keep ||= IO::Socket::INET->new(PeerAddr => $place, Timeout => 5) or return 0;
    my $sent = "POST /api/v1/records/$collection HTTP/1.1\r\nHost: $place\r\nAuthorization: Bearer $writer\r\n"
        . "Content-Type: application/json\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
    my ($reply, $length) = ('', undef);
    if (defined syswrite($$keep, $sent)) {
        while (IO::Select->new($$keep)->can_read(10) && sysread($$keep, $reply, 65536, length $reply)) {
            next if $reply !~ /\r\n\r\n/;
            my ($head, $rest) = split /\r\n\r\n/, $reply, 2;
            ($length) = $head =~ /^Content-Length: *(\d+)/im;
            my $whole = defined $length ? length($rest) >= $length : $rest =~ /(^|\r\n)0\r\n\r\n$/;
            return $head =~ /^HTTP\S+ (\d+)/ ? $1 : 0 if $whole;
        }
    }
    undef $$keep;
    return 0;
}
sub create {
    my ($self) = @_;
    my ($keep, $acked, $begun) = (undef, 0, time);
    for (my $i = 0; time - $begun < $seconds; $i++) {
        my $n = $i * $writers + $self;
        $acked++ if ask(\$keep, sprintf '{"n":%d,"open":%s}', $n, int($n / $writers) % 2 ? 'true' : 'false') == 201;
        my $ahead = $begun + ($i + 1) * $writers / $rate - time;
        sleep $ahead if $ahead > 0;
    }
    open my $out, '>', "$folder/acked.$self" or die;
    print $out "$acked\n";
    close $out;
}
sub create_last {
    my ($keep, $until) = (undef, time + $patience);
    while (time < $until) {
        return 1 if ask(\$keep, '{"n":-1}') == 201;
        sleep 0.1;
    }
    return 0;
}

# --- listening ---------------------------------------------------------------------------------------

sub begin {     # connects; false: not now
    my ($s) = @_;
    @$s{qw(head raw text left chunked id data)} = ('', '', '', 0, 0, $s->{last}, '');
    $s->{at} = time + 0.1;
    my $socket = IO::Socket::INET->new(PeerAddr => $place, Timeout => 5) or return 0;
    my $resume = defined $s->{last} ? "Last-Event-ID: $s->{last}\r\n" : '';
    print $socket "GET /api/v1/realtime/subscribe?collections=$collection&token=$s->{token} HTTP/1.1\r\n"
        . "Host: $place\r\nAccept: text/event-stream\r\n$resume\r\n";
    $socket->flush;
    $s->{socket} = $socket;
    return 1;
}
sub cut {
    my ($s, $pause) = @_;
    close $s->{socket};
    $s->{socket} = undef;
    $s->{at} = time + $pause;
}
sub line {
    my ($s, $line) = @_;
    if ($line eq '') {
        $s->{last} = $s->{id};
        heard($s) if $s->{data} ne '';
        $s->{data} = '';
    }
    elsif ($line =~ /^id: ?(.*)/) { $s->{id} = $1 }
    elsif ($line =~ /^data: ?(.*)/) { $s->{data} .= $1 }
    elsif ($line =~ /^event: ?reset/) { print { $s->{out} } "told to start anew\n" }
}
sub heard {
    my ($s) = @_;
    return unless $s->{data} =~ /"type":"$collection\.create"/;
    my ($record) = $s->{data} =~ /"data":\{[^{}]*?"id":"([^"]*)"/;
    my ($n) = $s->{data} =~ /"n":(-?\d+)/;
    print { $s->{out} } "$s->{last} $record $n\n";
    $s->{done} = 1 if $n == -1;
}
sub body {      # of a chunked reply, or of one that lasts as long as its connection
    my ($s) = @_;
    if (!$s->{chunked}) { $s->{text} .= $s->{raw}; $s->{raw} = '' }
    while ($s->{raw} ne '') {
        if ($s->{left} == 0) {
            $s->{raw} =~ s/^(?:\r\n)?([0-9a-fA-F]+)[^\r\n]*\r\n// or last;
            $s->{left} = hex $1 or return 0;
        }
        my $piece = substr $s->{raw}, 0, $s->{left}, '';
        $s->{left} -= length $piece;
        $s->{text} .= $piece;
    }
    line($s, $1) while $s->{text} =~ s/^([^\r\n]*)\r?\n//;
    return 1;
}
sub take {      # what has arrived; false: that was the end
    my ($s) = @_;
    sysread($s->{socket}, my $bytes, 65536) or return 0;
    $s->{raw} .= $bytes;
    if ($s->{head} eq '') {
        $s->{raw} =~ s/^(.*?\r\n)\r\n//s or return 1;
        $s->{head} = $1;
        return 0 if $s->{head} !~ /^HTTP\S+ 200/;
        $s->{chunked} = $s->{head} =~ /^Transfer-Encoding: *chunked/im;
    }
    return body($s);
}
sub turn {
    my ($list) = @_;
    my @due = grep { !$_->{socket} && time >= $_->{at} } @$list;
    begin($_) for @due;
    my $select = IO::Select->new(map { $_->{socket} // () } @$list);
    my %of = map { defined $_->{socket} ? (fileno($_->{socket}) => $_) : () } @$list;
    for my $socket ($select->count ? $select->can_read(0.02) : (sleep 0.02) x 0) {
        my $s = $of{ fileno $socket };
        cut($s, 0.1) if !take($s);
    }
}

# --- the run -----------------------------------------------------------------------------------------

my @list = map { +{ token => $tokens[$_ % @tokens], at => 0, last => undef } } 0 .. $subscribers - 1;
for my $k (0 .. $#list) {
    open $list[$k]{out}, ">", "$folder/heard.$k" or die;
    $list[$k]{out}->autoflush;      # children must not write it again
}
my $until = time + $patience;
turn(\@list) while time < $until && grep { !defined $_->{last} } @list;
die "subscribers are not let in: $list[0]{head}\n" if grep { !defined $_->{last} } @list;

my @children;
for my $k (0 .. $writers - 1) {
    my $pid = fork // die;
    if ($pid == 0) { $_->{socket} && close $_->{socket} for @list; create($k); exit 0 }
    push @children, $pid;
}
open my $sign, '>', "$folder/begun" or die;
close $sign;
my ($begun, $cuts, $last) = (time, 0, undef);
while (time < $begun + $seconds) {
    turn(\@list);
    while ($cuts < (time - $begun) * $subscribers) {
        my $s = $list[ rand @list ];
        cut($s, rand 0.3) if $s->{socket};
        $cuts++;
    }
}
waitpid $_, 0 for @children;
defined($last = fork) or die;
exit !create_last() if $last == 0;
$until = time + $patience;
turn(\@list) while time < $until && grep { !$_->{done} } @list;
waitpid $last, 0;
close $_->{out} for @list;
print "$cuts cuts\n";
exit scalar(grep { !$_->{done} } @list) ? 1 : 0;

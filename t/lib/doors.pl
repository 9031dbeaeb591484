# doors.pl — asks for a name through every door of a table, and prints what is answered with @ for the name, but for keys.
#
#     perl t/lib/doors.pl NAME <table        lines "CLASS METHOD PATH [BODY]": "CLASS METHOD PATH STATUS BODY"
#
# In a path @ is the name, {…} is encoded as a query value, <cursor> a place in the order of that name. Asks over $URL, else
# the plain CGI $BIN/records; as $TOKEN, else as a guest of $GUEST_OF. $ID is the record that a cursor stands at.
use strict;
use warnings;
use IO::Socket::INET;
use MIME::Base64 qw(encode_base64url);

my $name = shift;
my $who = $ENV{TOKEN} ? [ 'Authorization', "Bearer $ENV{TOKEN}" ] : [ 'X-Account-ID', $ENV{GUEST_OF} ];

sub by_server {
    my ($method, $path, $body) = @_;
    my ($host, $port) = $ENV{URL} =~ m{//([^:/]+):(\d+)} or die 'no URL';
    my $to = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port) or die "no server: $!";
    print $to "$method $path HTTP/1.0\r\nHost: $host\r\n$who->[0]: $who->[1]\r\nContent-Type: application/json\r\nContent-Length: "
        . length($body) . "\r\n\r\n$body";
    local $/;
    my $reply = <$to>;
    return $reply =~ m{^HTTP/\S+ (\d+).*?\r\n\r\n(.*)}s ? ($1, $2) : ('none', '');
}

sub by_cgi {
    my ($method, $path, $body) = @_;
    my ($address, $query) = split /\?/, $path, 2;
    pipe my $from, my $to or die;
    pipe my $reply, my $answer or die;
    my $child = fork // die;
    if (!$child) {
        close $to; close $reply;
        open STDIN, '<&', $from or die;
        open STDOUT, '>&', $answer or die;
        open STDERR, '>>', $ENV{LOG} or die;
        %ENV = (%ENV, REQUEST_METHOD => $method, REQUEST_URI => $path, SCRIPT_NAME => '', PATH_INFO => $address, QUERY_STRING => $query // '',
            GATEWAY_INTERFACE => 'CGI/1.1', SERVER_PROTOCOL => 'HTTP/1.1', SERVER_NAME => 'localhost', SERVER_PORT => 80,
            REMOTE_ADDR => '127.0.0.1', CONTENT_TYPE => 'application/json', CONTENT_LENGTH => length $body,
            'HTTP_' . ($who->[0] =~ tr/a-z-/A-Z_/r) => $who->[1]);
        exec "$ENV{BIN}/records" or die;
    }
    close $from; close $answer;
    print $to $body; close $to;
    local $/;
    my $text = <$reply> // '';
    waitpid $child, 0;
    my ($status) = $text =~ /^Status: *(\d+)/m;
    my ($answered) = $text =~ /\r?\n\r?\n(.*)/s;
    return ($status // 200, $answered // '');
}

sub encode { return $_[0] =~ s/([^A-Za-z0-9_.-])/sprintf '%%%02X', ord $1/ger }

while (my $line = <STDIN>) {
    chomp $line;
    next if $line =~ /^(#|$)/;
    my ($class, $method, $door, $body) = $line =~ /^(\S+) (\S+) ((?:\{[^}]*\}|\S)+) ?(.*)$/ or die "no door: $line";
    my $path = "/api/v1/$door" =~ s/<cursor>/encode(encode_base64url(qq({"sort":"+$name,+id","sort_value":2,"id":"$ENV{ID}"})))/er;
    $path =~ s/\{([^}]*)\}/encode($1 =~ s{@}{$name}gr)/ge;
    $path =~ s/@/$name/g;
    $body =~ s/@/$name/g;
    my ($status, $answer) = $ENV{URL} ? by_server($method, $path, $body) : by_cgi($method, $path, $body);
    print "$class $method $door $status ", $answer =~ s/(?<!")\Q$name\E|\Q$name\E(?!":)/@/gr =~ tr/\n/ /r, "\n";
}

# prompt.pl — creates records one after the other, each only when the one before was heard of in a stream.
#
#     perl t/lib/prompt.pl URL COLLECTION TOKEN TIMES
#
# Says how many were heard, and the least and the median time in ms between reply and event (negative: it came
# before). Who holds events back until there are more never lets the first one through.
use strict;
use warnings;
use IO::Select;
use Time::HiRes qw(time);

my ($url, $collection, $token, $times) = @ARGV;
my ($patience, $text, @late) = (10, '');
my $pid = open my $stream, '-|', 'curl', '-sN', '-H', 'Accept-Encoding: gzip', "$url/api/v1/realtime/subscribe?collections=$collection&token=$token"
    or die "no curl: $!\n";

# What the stream says up to a match; false: it does not.
sub hears {
    my ($wanted) = @_;
    my $until = time + $patience;
    while ($text !~ $wanted) {
        return 0 if time > $until || !IO::Select->new($stream)->can_read($until - time);
        return 0 unless sysread $stream, $text, 65536, length $text;
    }
    return 1;
}

hears(qr/^id: /m) or die "the stream does not begin: $text\n";
for my $n (1 .. $times) {
    my $said = `curl -s -o /dev/null -w '%{http_code}' -H 'Authorization: Bearer $token' -H 'Content-Type: application/json' -d '{"n":$n}' '$url/api/v1/records/$collection'`;
    my $replied = time;
    last if $said ne '201' || !hears(qr/"n":$n[,}]/);
    push @late, 1000 * (time - $replied);
}
kill TERM => $pid;
@late = sort { $a <=> $b } @late;
printf "%d %.1f %.1f\n", scalar @late, $late[0] // 0, $late[@late / 2] // 0;

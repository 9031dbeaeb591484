# httpd.pl — stands in for a provider's API in tests: keeps each request, answers as it is told.
#
#     perl t/lib/httpd.pl DIR     # listens on 127.0.0.1, writes the port to DIR/port
#
# DIR/n        the n-th request: its line, its headers, its body
# DIR/answer   "STATUS" on the first line, the body below; hang: no answer at all; moved: to elsewhere
use strict;
use warnings;
use FindBin;
require "$FindBin::Bin/listener.pl";

my $dir = shift or die "usage: httpd.pl DIR\n";
my $n = 0;
listener($dir);
while (my $client = caller_next()) {
    my ($head, $body) = ('', '');
    while (defined(my $line = <$client>)) { $head .= $line; last if $line =~ /^\r?\n/ }
    read $client, $body, $1 if $head =~ /^Content-Length: *(\d+)/mi;
    $n++;
    keep("$dir/$n", $head . $body);
    my ($status, $answer) = split /\n/, told(), 2;
    if ($status eq 'hang') { sleep 1 while test_runs() && told() =~ /^hang/ }
    my $more = $status eq 'moved' ? "Location: http://127.0.0.1:" . port() . "/elsewhere\r\n" : '';
    $status = 302 if $status eq 'moved';
    my $length = $answer =~ s/^LONG (\d+)// ? $1 : length $answer;
    $answer = 'x' x $length if $length > length $answer;
    $answer = '' if $head =~ /^HEAD/;
    print $client "HTTP/1.1 $status Told\r\n${more}Content-Length: $length\r\nConnection: close\r\n\r\n$answer";
    close $client;
}

sub told {
    open my $file, '<:raw', "$dir/answer" or return "200\n{}";
    local $/; my $text = <$file> // '';
    return $text =~ /\n/ ? $text : "$text\n";
}

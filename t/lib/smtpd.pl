# smtpd.pl — a small mail server for tests: keeps what it is sent, or fails as it is told to.
#
#     perl t/lib/smtpd.pl DIR     # listens on 127.0.0.1, writes the port to DIR/port
#
# DIR/n        the n-th message as it came; n.text and n.html its parts, decoded; n.subject, n.to, n.from
# DIR/auth     who signed in, "user password", a line each; DIR/said what clients said, but messages
# DIR/mode     what to do from now on: ok (also when there is no such file), 451 or 550 (refuse the
#              recipient so), 535 (refuse who signs in), 554 (refuse the message), hang, garbage, drop
use strict;
use warnings;
use Encode;
use Fcntl;
use FindBin;
use MIME::Base64;
use MIME::QuotedPrint;
require "$FindBin::Bin/listener.pl";

my $dir = shift or die "usage: smtpd.pl DIR\n";
listener($dir);
each_caller(\&converse);

sub note {
    my ($path, $line) = @_;
    open my $file, '>>:raw', $path or die "$path: $!\n";
    syswrite $file, "$line\n"; close $file;
}
sub mode {
    open my $file, '<', "$dir/mode" or return 'ok';
    my $mode = <$file>; chomp $mode if defined $mode;
    return $mode || 'ok';
}

sub converse {
    my ($client) = @_;
    my $say = sub { print $client "$_[0]\r\n"; $client->flush };
    my ($from, @to) = ('');
    while (mode() eq 'hang') { sleep 1 }
    return if mode() eq 'drop';
    if (mode() eq 'garbage') { $say->("\x00\xffnonsense"); return }
    $say->('220 smtpd.pl');
    while (defined(my $line = <$client>)) {
        $line =~ s/\r?\n\z//;
        note("$dir/said", $line);
        my $mode = mode();
        if ($line =~ /^EHLO/i) { $say->("250-smtpd.pl\r\n250-AUTH PLAIN LOGIN\r\n250-8BITMIME\r\n250 SIZE 10000000") }
        elsif ($line =~ /^AUTH PLAIN ?(.*)/i) {
            my $answer = $1;
            if ($answer eq '') { $say->('334 '); $answer = <$client> // ''; $answer =~ s/\r?\n\z// }
            my (undef, $user, $password) = split /\0/, decode_base64($answer), 3;
            note("$dir/auth", "$user $password");
            $say->($mode eq '535' ? "535 5.7.8 no entry for $password" : '235 welcome');
        }
        elsif ($line =~ /^MAIL FROM:<(.*?)>/i) { $from = $1; @to = (); $say->('250 ok') }
        elsif ($line =~ /^RCPT TO:<(.*?)>/i) {
            if ($mode eq '451' || $mode eq '550') { $say->("$mode 5.1.1 not now, says the test") }
            else { push @to, $1; $say->('250 ok') }
        }
        elsif ($line =~ /^DATA/i) {
            $say->('354 go on');
            my $message = '';
            while (defined(my $part = <$client>)) { last if $part eq ".\r\n"; $part =~ s/^\.//; $message .= $part }
            if ($mode eq '554') { $say->('554 5.6.0 nobody wants this') }
            else { store($message, $from, @to); $say->('250 kept') }
        }
        elsif ($line =~ /^QUIT/i) { $say->('221 bye'); return }
        elsif ($line =~ /^(NOOP|RSET)/i) { $say->('250 ok') }
        else { $say->('502 unknown') }
    }
}

sub unfold { my ($head) = @_; $head =~ s/\r\n[ \t]+/ /g; return $head }
sub field { my ($head, $name) = @_; return unfold($head) =~ /^$name: *(.*?)\r?$/mi ? $1 : '' }
sub decoded {
    my ($head, $body) = @_;
    my $how = lc field($head, 'Content-Transfer-Encoding');
    $body = $how eq 'base64' ? decode_base64($body) : $how eq 'quoted-printable' ? decode_qp($body) : $body;
    $body =~ s/\r\n/\n/g;
    return $body;
}

# The parts first, so that whoever sees the message sees them too.
sub store {
    my ($message, $from, @to) = @_;
    my ($head, $body) = split /\r\n\r\n/, $message, 2;
    my %kept = (to => join(',', @to), from => $from,
                subject => encode('UTF-8', decode('MIME-Header', field($head, 'Subject'))));
    if (field($head, 'Content-Type') =~ /boundary="?([^";]+)/) {
        my $boundary = $1;
        for my $part (split /(?:^|\r\n)--\Q$boundary\E(?:--)?(?:\r\n|\z)/, $body) {
            my ($part_head, $part_body) = split /\r\n\r\n/, $part, 2;
            next if !defined $part_body || field($part_head, 'Content-Type') !~ m{^text/(plain|html)};
            $kept{ $1 eq 'html' ? 'html' : 'text' } = decoded($part_head, $part_body);
        }
    }
    else { $kept{text} = decoded($head, $body) }
    open my $file, '>:raw', "$dir/new.$$" or die "$dir: $!\n";
    print $file $message; close $file;
    my $n = 1;
    $n++ while !sysopen my $claim, "$dir/$n.claim", Fcntl::O_CREAT() | Fcntl::O_EXCL();
    keep("$dir/$n.$_", $kept{$_}) for keys %kept;
    rename "$dir/new.$$", "$dir/$n" or die "$dir/$n: $!\n";
}

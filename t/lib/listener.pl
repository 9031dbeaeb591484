# listener.pl — what the servers of tests share: a port on the loopback that is told in DIR/port, and an end
# with the test that started them, also when that was killed.
#
#     require "$FindBin::Bin/listener.pl";
#     listener($dir);                       # perl t/lib/….pl DIR, listening
#     while (my $client = caller_next()) {…}    # one after the other; or
#     each_caller(\&serve);                 # a process for each
use strict;
use warnings;
use IO::Socket::INET;

my ($listener, $test, %children);

sub listener {
    my ($dir) = @_;
    $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Proto => 'tcp', Listen => 50) or die "listen: $!\n";
    $listener->timeout(1);
    $test = getppid;
    keep("$dir/port", $listener->sockport);
}
sub port { return $listener->sockport }
sub test_runs { return getppid == $test }

sub caller_next {
    while (test_runs()) {
        my $client = $listener->accept;
        while ((my $gone = waitpid -1, 1) > 0) { delete $children{$gone} }
        return $client if $client;
    }
    return;
}

sub each_caller {
    my ($serve) = @_;
    $SIG{TERM} = $SIG{INT} = sub { kill 'KILL', keys %children; exit 0 };
    my $us = $$;
    while (my $client = caller_next()) {
        my $child = fork;
        die "fork: $!\n" if !defined $child;
        if ($child) { $children{$child} = 1; close $client; next }
        close $listener;
        $SIG{TERM} = $SIG{INT} = 'DEFAULT';
        $SIG{ALRM} = sub { getppid == $us or exit; alarm 1 };
        alarm 1;
        $serve->($client);
        exit 0;
    }
    kill 'KILL', keys %children;
}

# Complete, or not there at all.
sub keep {
    my ($path, $text) = @_;
    open my $file, '>:raw', "$path.new.$$" or die "$path: $!\n";
    print $file $text; close $file;
    rename "$path.new.$$", $path or die "$path: $!\n";
}

1;

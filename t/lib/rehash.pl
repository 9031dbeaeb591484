# rehash.pl — reads an exported trail and prints SQL that hashes every chain anew, as one who owns the database could.
#
#     larder audit export | perl t/lib/rehash.pl
#
# Checksums are computed here a second time, from the contract's words alone (automation.md §3.4).
use strict;
use warnings;
use Digest::SHA 'sha256_hex';
use JSON::PP;

my $json = JSON::PP->new->ascii->allow_nonref;
my %last;
sub spaced {
    my $value = shift;
    return $json->encode($value) =~ s/\x7f/\\u007f/gr unless ref $value eq 'HASH';
    return '{' . join(', ', map { $json->encode($_) . ': ' . spaced($value->{$_}) } sort keys %$value) . '}';
}
binmode STDIN;
while (my $line = <STDIN>) {
    my $entry = decode_json($line)->{entry} or next;
    my ($id, $account) = ($entry->{id}, $entry->{account_id});
    delete @$entry{qw(id checksum)};
    s/Z$// for grep { defined } @$entry{qw(occurred_at es_timestamp)};
    $entry->{previous_hash} = $last{$account};
    my $before = defined $last{$account} ? "'$last{$account}'" : 'NULL';
    $last{$account} = sha256_hex(spaced($entry));
    print "UPDATE audit_log SET checksum = '$last{$account}', previous_hash = $before WHERE id = $id;\n";
}

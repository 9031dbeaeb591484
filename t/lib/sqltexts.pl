# sqltexts.pl — prints every SQL constant of the sources: file, a tab, the statement on one line.
#
# The sources are preprocessed first, so that macros inside a literal are seen as the compiler sees them;
# what qb_lit appends is a fragment, no statement, and is left out.
use strict;
use warnings;

for my $file (@ARGV) {
    my $text = qx{cpp -P -D_XOPEN_SOURCE=700 -Ilibcore -I/usr/include/postgresql $file 2>/dev/null};
    while ($text =~ /\{\s*""\s*((?:"(?:[^"\\]|\\.)*"\s*)+)""\s*\}/g) {
        my ($literals, $before) = ($1, substr($text, 0, $-[0]));
        next if $before =~ /qb_lit\s*\([^;{}]*\z/;
        my $sql = join '', map { s/\\"/"/gr =~ s/\\n/ /gr =~ s/\\\\/\\/gr } $literals =~ /"((?:[^"\\]|\\.)*)"/g;
        $sql =~ s/\s+/ /g;
        print "$file\t$sql\n" if $sql =~ /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/;
    }
}

# searchcorpus.pl — records in many languages, and who finds what among them, by another program than ours.
#
#     perl t/lib/searchcorpus.pl make 300              one record a line: {"n":…,"title":…,"body":…,"link":…}
#     perl t/lib/searchcorpus.pl find FIELDS CORPUS FOLDER <queries    into FOLDER/1 … for each line: how it stands in
#                                                      a URL, the total, then n of each in the order of a search
#
# Words are what Perl's Unicode tables call letters and digits; accents go by canonical decomposition.
use strict;
use warnings;
use utf8;
use JSON::PP;
use Unicode::Normalize;
use Encode;
binmode STDOUT, ':raw';
my $json = JSON::PP->new->canonical->utf8;

my @words = (
    qw(apple Apple apples river RIVER house green Green stone water window letter garden market number paper),
    qw(Straße Füße Größe Ärger schön Öl Mädchen über naïve café Café élève façade œuvre Œuvre garçon mañana señor),
    qw(żółw łódź Łódź gęś kůň žluťoučký příliš İstanbul ısı şeker çay Þór æble Ærø smørrebrød đường phở Việt),
    qw(ελληνικά Ελληνικά ΕΛΛΗΝΙΚΆ θάλασσα Θάλασσας ήλιος ΉΛΙΟΣ привет Привет ПРИВЕТ ёлка елка Ёлка йод мир зима їжак),
    qw(東京 東京都 京都 日本語 検索 カタカナ ひらがな 中文 全文搜索 ภาษาไทย ค้นหา 한국어 검색), qw(שלום עולם مرحبا سلام),
    qw(2024 3.14 e-mail don't l'eau a.b@c.de C++ x_y foo/bar №5 naïveté “quoted” ...... £9 ½ ＦＵＬＬ９ ²),
);
my $seed = 7;
sub dice { $seed = ($seed * 1103515245 + 12345) % 2147483648; return int($seed / 65536) % $_[0] }
sub text {
    my @picked = map { $words[dice(scalar @words)] } 1 .. $_[0];
    my $text = join ' ', @picked;
    return dice(3) ? $text : dice(2) ? NFD($text) : join ', ', @picked;
}

sub tokens {
    my $text = lc NFC($_[0]);
    $text =~ s/ß/ss/g; $text =~ s/[æ]/ae/g; $text =~ s/œ/oe/g; $text =~ s/þ/th/g;
    $text =~ tr/øđłðıς/odldiσ/;
    $text =~ tr/ａ-ｚ０-９/a-z0-9/;
    $text = NFD($text); $text =~ s/[\x{300}-\x{36f}]//g; $text = NFC($text);
    my @out;
    while ($text =~ /([\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}])|((?:(?![\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}])[\p{L}\p{Nd}\p{M}])+)/g) {
        push @out, defined $1 ? $1 : $2;
    }
    return @out;
}

# How often the words stand one after the other; the last as a beginning if it is one.
sub hits {
    my ($have, $want, $prefix) = @_;
    my $n = 0;
    START: for my $at (0 .. @$have - @$want) {
        for my $i (0 .. $#$want) {
            my $word = $have->[$at + $i];
            next if $word eq $want->[$i];
            next START unless $prefix && $i == $#$want && index($word, $want->[$i]) == 0;
        }
        $n++;
    }
    return $n;
}

sub read_terms {
    my ($query) = @_;
    my @terms;
    $query =~ tr/“”/""/;
    while ($query =~ /(-?)(?:"([^"]*)(?:"|$)|([^\s"]+))(\*?)/g) {
        my ($not, $text, $star) = ($1, defined $2 ? $2 : $3, $4);
        $star = '*' if defined $3 && $text =~ /\*$/;
        my @want = tokens($text);
        push @terms, { not => $not, want => \@want, prefix => $star } if @want;
    }
    return @terms;
}

# What a record is worth; nothing: it is not found.
sub points {
    my ($have, @terms) = @_;
    my $points = 0;
    my $all = grep { !$_->{not} } @terms;
    for my $term (@terms) {
        my $there = 0;
        for my $i (0 .. $#$have) {
            my $n = hits($have->[$i], $term->{want}, $term->{prefix}) or next;
            my $level = @{ $term->{want} } > 1 || $term->{prefix} ? 1 : $n >= 5 ? 4 : $n >= 3 ? 3 : $n;
            $points += $level * (8, 4, 2, 1)[$i] unless $term->{not};
            $there = 1;
        }
        $all = 0 if $there == ($term->{not} ? 1 : 0);
    }
    return $all ? $points : undef;
}

sub find {
    my ($fields, $corpus, $folder) = @_;
    my (@records, $number);
    open my $in, '<:raw', $corpus or die "$corpus: $!";
    while (my $line = <$in>) {
        my $record = $json->decode($line);
        push @records, [$record->{n}, [map { [tokens($record->{$_})] } @$fields]];
    }
    while (my $query = <STDIN>) {
        chomp $query;
        (my $url = $query) =~ s/([^A-Za-z0-9])/sprintf '%%%02X', ord $1/ge;
        my @terms = read_terms(decode('UTF-8', $query));
        my @found = grep { defined $_->[0] } map { [points($_->[1], @terms), $_->[0]] } @records;
        open my $out, '>', "$folder/" . ++$number or die $!;
        print $out "$url\n", scalar(@found), "\n";
        print $out "$_->[1]\n" for sort { $b->[0] <=> $a->[0] || $b->[1] <=> $a->[1] } @found;
        close $out;
    }
}

if ($ARGV[0] eq 'make') {
    for my $n (1 .. $ARGV[1]) {
        my $title = text(1 + dice(4));
        print $json->encode({ n => $n, title => $title, body => text(dice(40)), link => 'https://example.com/' . dice(9) . '/garden-' . dice(5) }), "\n";
    }
} else {
    find([split /,/, $ARGV[1]], $ARGV[2], $ARGV[3]);
}

# words.pl — what the sources say to people, against a catalogue: words.pl missing|unused|places|twice|bare [de]
# missing prints the lines to be added, "English text = "; the translation goes behind them.
use strict;
use warnings;
use File::Find;

my ($what, $language) = (@ARGV, 'de');
my $catalogue = "templates/words/$language.txt";
my $one = qr/"(?:[^"\\]|\\.)*"/;
my $literal = qr/$one(?:\s*$one)*/;
my (%said, %formats);

sub text_of {
    my $joined = join '', map { substr $_, 1, -1 } $_[0] =~ /$one/g;
    $joined =~ s/\\n/\n/g;
    $joined =~ s/\\(["\\'?])/$1/g;
    return $joined;
}

sub slurp { open my $in, '<', $_[0] or die "$_[0]: $!"; local $/; return scalar <$in> }

sub read_c {
    my ($file) = @_;
    my $text = slurp($file);
    $text =~ s{($one)|'(?:[^'\\]|\\.)+'|/\*.*?\*/|//[^\n]*}{ defined $1 ? $1 : ' ' }gse;
    $said{text_of($1)} = $file while $text =~ /\b(?:W|phrase_(?:of|with)\(\s*[\w.>&-]+\s*,)\s*\(?\s*($literal)/g;
    $said{text_of($1)} = $file while $text =~ /^SETTING\((?:[^"\n]|$one)*?($one)\)$/mg;         # the page of the settings shows it
    $formats{text_of($1)} = 1 while $text =~ /($literal)/g;
}

sub read_template {
    my ($file) = @_;
    my $text = slurp($file);
    $said{$1} = $file while $text =~ /\{\{=\s*(.*?)\s*\}\}(?!\})/g;
}

find({ no_chdir => 1, wanted => sub { read_c($_) if /\.(?:c|h|def)$/ } }, 'libcore', 'cgi-bin');
find({ no_chdir => 1, wanted => sub { read_template($_) if -f && !m{^templates/(?:words|mail)/} } }, 'templates');
$said{'This language'} = 'libcore/view/phrase.c';

my (@lines, %line);
for (split /\n/, slurp($catalogue)) {
    next if /^#/ || $_ eq '';
    my ($english, $translated) = split / = /, $_, 2;
    push @lines, [$english, $translated, $_];
}

# A failure's text, as far as a format of printf may have made it.
my $directive = qr/%[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?:hh|h|ll|l|z|j|t)?[a-zA-Z%]/;
sub patterns {
    my @all;
    for my $format (keys %formats) {
        next unless $format =~ /$directive/;
        (my $fixed = $format) =~ s/$directive|\s//g;
        next if length $fixed < 8;
        push @all, join '.*', map { quotemeta } split /$directive/, $format, -1;
    }
    my $all = join '|', @all;
    return qr/\A(?:$all)\z/s;
}

# The other way round: the line leaves open what the format says, or is cut where a buffer or PRId64 goes on.
sub fits {
    my @fixed = split /%[1-9]/, $_[0], -1;
    return 0 if @fixed < 2 || length join('', @fixed) < 8;
    return 1 if exists $formats{$fixed[0]} || exists $formats{"$fixed[0]%"};
    my $line = join '.*', map { quotemeta } @fixed;
    return scalar grep { /\A$line\z/s } keys %formats;
}

sub names { return join ' ', sort { $a cmp $b } keys %{ { map { $_ => 1 } $_[0] =~ /\{[a-z0-9_]+\}/g } } }

# Text between tags, or in attributes that are read, which is no {{=text}}; code is the same in every language.
sub bare {
    my ($file) = @_;
    my $text = slurp($file);
    $text =~ s/\{\{=.*?\}\}(?!\})|\{\{!.*?\}\}|\{\{.*?\}\}//gs;
    $text =~ s{<(code|pre)\b.*?</\1>}{}gs;
    my @said = $text =~ /\s(?:aria-label|placeholder|title|alt)="([^"]*[A-Za-z]{2}[^"]*)"/g;
    $text =~ s/<[^>]*>|&[a-z]+;/\n/g;
    push @said, grep { /[A-Za-z]{2}/ } split /\n/, $text;
    print "$file: $_\n" for grep { !/^\W*(?:CSV|HTML|JSON(?: Schema)?|NDJSON|PDF|SHA-256|SQL|TypeScript|URL|UTC)\W*$|^ aria-/ } @said;
}

if ($what eq 'missing') {
    my %have = map { $_->[0] => 1 } @lines;
    print "$_ = \n" for sort grep { !$have{$_} } keys %said;
} elsif ($what eq 'unused') {
    my $failure = patterns();
    for (@lines) {
        print "$_->[0]\n" unless exists $said{$_->[0]} || exists $formats{$_->[0]} || $_->[0] =~ $failure || fits($_->[0]);
    }
} elsif ($what eq 'places') {
    for (@lines) {
        my ($english, $translated, $all) = @$_;
        if (!defined $translated || $english !~ /\S/ || $translated !~ /\S/) { print "no translation: $all\n"; next }
        print "other names: $all\n" if names($english) ne names($translated);
        my %places = map { $_ => 1 } $english =~ /%[1-9]/g;
        print "unknown place: $all\n" if grep { !$places{$_} } $translated =~ /%[1-9]/g;
        print "blanks: $all\n" if $all =~ /^\s|\s$|\t|  /;
    }
    for (sort keys %said) { print "cannot stand in a catalogue ($said{$_}): $_\n" if / = |\n|^#|^\s|\s$|^$/ }
} elsif ($what eq 'twice') {             # the same line may come twice where two branches met: words.sh mends that
    my %seen;
    for (@lines) {
        print "twice: $seen{$_->[0]} | $_->[2]\n" if defined $seen{$_->[0]} && $seen{$_->[0]} ne $_->[2];
        $seen{$_->[0]} = $_->[2];
    }
}
if ($what eq 'bare') {
    find({ no_chdir => 1, wanted => sub { bare($_) if /\.html$/ && !m{/(?:docs|mail)[/.]} } }, 'templates');
}

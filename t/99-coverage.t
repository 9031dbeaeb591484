#!/usr/bin/perl
# 99-coverage.t — every route was called by the tests of this run, and every reply fits what its route declares.
use strict;
use warnings;
use FindBin;
use JSON::PP;

chdir "$FindBin::Bin/.." or die;
my $dir = ($ENV{LARDER_BUILD} || 'build') . '/exchanges';
my $bin = $ENV{LARDER_BIN} || 'bin';
my (%seen, %bad, @routes);

# Pages stand outside the reference, and answer no JSON.
sub pages {
    for (grep { m{^[A-Z]+ /admin} } split /\n/, qx{$_[0] --pages}) {
        my ($method, $path) = split / /;
        my ($route) = grep { $_->{path} eq $path } @routes;
        my $pattern = join '', map { /^\{.*\}$/ ? '[^/]+' : quotemeta } split /(\{[^}]*\})/, $path;
        push @routes, $route = { path => $path, re => qr{^$pattern/?$}, fixed => length($path =~ s/\{.*//r) } unless $route;
        $route->{operations}{ lc $method } = {};
    }
}

for my $source (split ' ', qx{grep -lE '\\bserve(_looping)?\\(argc' cgi-bin/*.c}) {
    my $program = "$bin/" . ($source =~ s{.*/(.*)\.c}{$1}r);
    my $paths = decode_json(scalar qx{$program --routes})->{paths};
    for my $path (keys %$paths) {
        my $pattern = join '', map { /^\{(.*)\}$/ ? ($1 eq 'path' ? '.+' : '[^/]+') : quotemeta } split /(\{[^}]*\})/, $path;
        push @routes, { path => $path, re => qr{^$pattern/?$}, fixed => length($path =~ s/\{.*//r), operations => $paths->{$path} };
    }
    pages($program);
}
@routes = sort { $b->{fixed} <=> $a->{fixed} || ($a->{path} =~ tr/{//) <=> ($b->{path} =~ tr/{//) } @routes;

# Whether a value is of the declared kind: '' or what is wrong.
sub misfit {
    my ($schema, $value, $at) = @_;
    return '' unless ref $schema && %$schema && !$schema->{'$ref'};
    if ($schema->{type}) {
        my $is = !defined $value ? 'null' : JSON::PP::is_bool($value) ? 'boolean' : ref $value eq 'HASH' ? 'object'
            : ref $value eq 'ARRAY' ? 'array' : encode_json([$value]) =~ /^\["/ ? 'string' : $value =~ /^-?\d+$/ ? 'integer' : 'number';
        my @may = ref $schema->{type} ? @{ $schema->{type} } : $schema->{type};
        return "$at is $is, not @may" unless grep { $_ eq $is || ($_ eq 'number' && $is eq 'integer') } @may;
    }
    if (ref $value eq 'HASH' && $schema->{properties}) {
        my %properties = %{ $schema->{properties} };
        for (sort keys %properties) { return "$at.$_ is missing" unless exists $value->{$_} }
        for (sort keys %$value) {
            return "$at.$_ is not declared" unless $properties{$_} || $schema->{additionalProperties};
            my $why = $properties{$_} ? misfit($properties{$_}, $value->{$_}, "$at.$_") : '';
            return $why if $why;
        }
    }
    if (ref $value eq 'ARRAY' && $schema->{items}) {
        for (@$value) { my $why = misfit($schema->{items}, $_, "$at\[]"); return $why if $why }
    }
    return '';
}

for my $file (glob "$dir/*.tsv") {
    open my $in, '<', $file or die;
    while (<$in>) {
        chomp;
        my ($method, $path, $status, $body) = split /\t/, $_, 4;
        $path =~ s/\?.*//s;
        my ($route) = grep { $path =~ $_->{re} && $_->{operations}{ lc $method } } @routes or next;
        my $name = "$method $route->{path}";
        $seen{$name}++;
        my $declared = $route->{operations}{ lc $method }{responses}{$status} or next;
        my $schema = $declared->{content}{'application/json'}{schema} or next;
        my $value = eval { JSON::PP->new->utf8->allow_nonref->decode($body) };
        next if $@ && length $body >= 99_000;
        my $why = $@ ? "no JSON: $body" : misfit($schema, $value, '');
        $bad{$name} ||= "$why ($file)" if $why;
    }
}

my @uncalled = grep { !$seen{$_} } map { my $r = $_; map { uc . " $r->{path}" } grep { /^(get|post|put|patch|delete)$/ } keys %{ $r->{operations} } } @routes;
print "1..2\n";
print @uncalled ? 'not ok' : 'ok', " 1 - every route was called\n", map { "# never: $_\n" } sort @uncalled;
print %bad ? 'not ok' : 'ok', " 2 - every reply fits its declaration\n", map { "# $_: $bad{$_}\n" } sort keys %bad;
exit(@uncalled || %bad ? 1 : 0);

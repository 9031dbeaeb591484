# s3d.pl — stands in for S3 in tests: checks every signature itself, keeps objects as files.
#
#     perl t/lib/s3d.pl DIR     # listens on 127.0.0.1, writes the port to DIR/port
#
# DIR/buckets/BUCKET/KEY   an object, its key escaped (%2F); a bucket is a folder somebody made there
# DIR/types/BUCKET/KEY     the type it came with
# DIR/asked                a line for each request: method, path, range or -, what it was answered
# DIR/refused              why the last signature was not believed
# DIR/mode                 what to do from now on: ok (also when there is no such file), a status (403,
#                          500 …), hang, cut (half of each object, then the end), moved (307), elsewhere
#                          (301, in another region), endless (an object without a length)
# Keys: AKIDEXAMPLE / Hush-Secret-1, region eu-west-9.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex hmac_sha256 hmac_sha256_hex);
use FindBin;
use POSIX qw(strftime);
use Time::Local;
require "$FindBin::Bin/listener.pl";

my ($id, $secret, $region) = ('AKIDEXAMPLE', 'Hush-Secret-1', 'eu-west-9');
my $dir = shift or die "usage: s3d.pl DIR\n";
mkdir "$dir/$_" for qw(buckets types);
listener($dir);
each_caller(\&serve);

sub kept {
    my ($path) = @_;
    open my $file, '<:raw', $path or return;
    local $/; return scalar(<$file>) // '';
}
sub mode { my $mode = kept("$dir/mode") // 'ok'; $mode =~ s/\s+//g; return $mode || 'ok' }
sub escaped { my ($text) = @_; $text =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ge; return $text }
sub plain { my ($text) = @_; $text =~ s/%(..)/chr hex $1/ge; return $text }
sub xml { my ($text) = @_; $text =~ s/&/&amp;/g; $text =~ s/</&lt;/g; return $text }

sub answer {
    my ($client, $r, $status, $headers, $body, $announced) = @_;
    open my $file, '>>:raw', "$dir/asked" or die "$dir: $!\n";
    syswrite $file, join(' ', $r->{method}, $r->{target}, $r->{head}{range} // '-', $status) . "\n"; close $file;
    my $length = $announced // length $body;
    print $client "HTTP/1.1 $status Told\r\n", ($length eq 'none' ? '' : "Content-Length: $length\r\n"),
        (map { "$_: $headers->{$_}\r\n" } sort keys %$headers), "Connection: close\r\n\r\n";
    print $client $body if $r->{method} ne 'HEAD';
    $client->flush; shutdown $client, 1; close $client;
}
sub refuse {
    my ($client, $r, $status, $code, $message, $headers) = @_;
    answer($client, $r, $status, { 'Content-Type' => 'application/xml', %{ $headers // {} } },
        qq{<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>$code</Code><Message>$message</Message></Error>});
}

sub request {
    my ($client) = @_;
    my $line = <$client> // return;
    my ($method, $target) = $line =~ /^(\S+) (\S+) HTTP/ or return;
    my %head;
    while (defined(my $field = <$client>)) {
        last if $field =~ /^\r?\n/;
        my ($name, $value) = $field =~ /^([^:]+):\s*(.*?)\r?\n/ or next;
        $head{ lc $name } = $value;
    }
    my $body = '';
    read $client, $body, $head{'content-length'} if $head{'content-length'};
    my ($path, $query) = split /\?/, $target, 2;
    return { method => $method, target => $target, path => $path, query => $query // '', head => \%head, body => $body };
}

# Why we do not believe it, or nothing.
sub unsigned {
    my ($r) = @_;
    my $h = $r->{head};
    ($h->{authorization} // '') =~ m{^AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$}
        or return 'no authorization of the right form';
    my ($who, $day, $where, $names, $signature) = ($1, $2, $3, $4, $5);
    return "unknown key $who" if $who ne $id;
    return "region $where" if $where ne $region;
    my $date = $h->{'x-amz-date'} // '';
    $date =~ /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/ && "$1$2$3" eq $day or return "date $date";
    return "too old: $date" if abs(timegm($6, $5, $4, $3, $2 - 1, $1) - time) > 900;
    my @names = split /;/, $names;
    return "not in order: $names" if join(';', sort @names) ne $names;
    my %signed = map { $_ => 1 } @names;
    for (grep { /^(host|content-type|x-amz-.*)$/ } keys %$h) { return "$_ is not signed" if !$signed{$_} }
    return 'the body is not what was signed' if ($h->{'x-amz-content-sha256'} // '') ne sha256_hex($r->{body});
    my $path = join '/', map { escaped(plain($_)) } split m{/}, $r->{path}, -1;
    my $query = join '&', sort map { my ($n, $v) = split /=/, $_, 2; escaped(plain($n)) . '=' . escaped(plain($v // '')) }
        split /&/, $r->{query};
    my $canonical = join "\n", $r->{method}, $path, $query, (map { "$_:" . ($h->{$_} // '') } @names), '', $names,
        $h->{'x-amz-content-sha256'};
    my $scope = "$day/$region/s3/aws4_request";
    my $key = "AWS4$secret";
    $key = hmac_sha256($_, $key) for $day, $region, 's3', 'aws4_request';
    return "another signature; canonical:\n$canonical"
        if hmac_sha256_hex("AWS4-HMAC-SHA256\n$date\n$scope\n" . sha256_hex($canonical), $key) ne $signature;
    return;
}

sub serve {
    my ($client) = @_;
    my $r = request($client) or return;
    my $mode = mode();
    if ($mode eq 'hang') { sleep 1 while mode() eq 'hang'; return }
    if (my $why = unsigned($r)) {
        keep("$dir/refused", "$why\n");
        return refuse($client, $r, 403, 'SignatureDoesNotMatch', 'The signature does not match');
    }
    return refuse($client, $r, $mode, "Told$mode", "as the test said") if $mode =~ /^\d+$/;
    return refuse($client, $r, 307, 'TemporaryRedirect', 'go on',
        { Location => 'http://127.0.0.1:' . kept("$dir/port") . '/stolen' }) if $mode eq 'moved';
    return refuse($client, $r, 301, 'PermanentRedirect', 'use the right endpoint', { 'x-amz-bucket-region' => 'us-east-2' })
        if $mode eq 'elsewhere';
    my (undef, $bucket, $key) = split m{/}, $r->{path}, 3;
    $bucket = plain($bucket // '');
    return refuse($client, $r, 404, 'NoSuchBucket', 'The bucket does not exist')
        if $bucket eq '' || $bucket =~ m{/|^\.} || !-d "$dir/buckets/$bucket";
    return bucket($client, $r, $bucket) if ($key // '') eq '';
    mkdir "$dir/types/$bucket";
    object($client, $r, $mode, plain($key), "$dir/buckets/$bucket/" . escaped(plain($key)), "$dir/types/$bucket/" . escaped(plain($key)));
}

sub bucket {
    my ($client, $r, $bucket) = @_;
    return answer($client, $r, 200, {}, '') if $r->{method} eq 'HEAD';
    my %query = map { my ($n, $v) = split /=/, $_, 2; (plain($n), plain($v // '')) } split /&/, $r->{query};
    return refuse($client, $r, 400, 'InvalidRequest', 'not known here') if $r->{method} ne 'GET' || ($query{'list-type'} // '') ne '2';
    opendir my $folder, "$dir/buckets/$bucket" or die "$bucket: $!\n";
    my @keys = grep { index($_, $query{prefix} // '') == 0 } sort map { plain($_) } grep { !/^\./ && !/\.new\.\d+$/ } readdir $folder;
    @keys = grep { $_ gt $query{'continuation-token'} } @keys if defined $query{'continuation-token'};
    my $more = @keys > 3;                       # a page, so that every test turns some
    splice @keys, 3 if $more;
    my $list = join '', map {
        my @st = stat "$dir/buckets/$bucket/" . escaped($_);
        '<Contents><Key>' . xml($_) . '</Key><LastModified>' . strftime('%Y-%m-%dT%H:%M:%S.000Z', gmtime $st[9]) .
            "</LastModified><Size>$st[7]</Size></Contents>" } @keys;
    my $next = $more ? '<NextContinuationToken>' . xml($keys[-1]) . '</NextContinuationToken>' : '';
    answer($client, $r, 200, { 'Content-Type' => 'application/xml' }, "<?xml version=\"1.0\"?><ListBucketResult>$next$list</ListBucketResult>");
}

sub object {
    my ($client, $r, $mode, $key, $file, $type) = @_;
    if ($r->{method} eq 'PUT') {
        keep($type, $r->{head}{'content-type'} // 'binary/octet-stream');
        keep($file, $r->{body});
        return answer($client, $r, 200, { ETag => '"' . substr(sha256_hex($r->{body}), 0, 32) . '"' }, '');
    }
    if ($r->{method} eq 'DELETE') { unlink $file, $type; return answer($client, $r, 204, {}, '') }
    my $body = kept($file) // return refuse($client, $r, 404, 'NoSuchKey', 'The specified key does not exist.');
    my ($status, $size, %more) = (200, length $body);
    if (($r->{head}{range} // '') =~ /^bytes=(\d+)-(\d*)$/) {
        my ($from, $to) = ($1, $2 eq '' || $2 >= $size ? $size - 1 : $2);
        return refuse($client, $r, 416, 'InvalidRange', 'The range is not satisfiable') if $from >= $size;
        $body = substr $body, $from, $to - $from + 1;
        ($status, $more{'Content-Range'}) = (206, "bytes $from-$to/$size");
    }
    my $length = length $body;
    $body = substr $body, 0, $length / 2 if $mode eq 'cut';
    answer($client, $r, $status, { 'Content-Type' => kept($type) // 'binary/octet-stream',
        'Last-Modified' => strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime((stat $file)[9])), %more }, $body,
        $mode eq 'endless' ? 'none' : $length);
}

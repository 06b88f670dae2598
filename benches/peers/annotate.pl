#!/usr/bin/env perl
# What one would write in Perl: appends the meaning of the first code of a line. `annotate.pl FILE...`
#
# The table comes from `imerr-annotate list --format csv`; IMERR_ANNOTATE names another program.
use strict;
use warnings;
use FindBin qw($Bin);

my $program = $ENV{IMERR_ANNOTATE} // 'imerr-annotate';
open(my $table, '-|', $program, qw(list --format csv)) or die "annotate.pl: $program: $!\n";
my %meaning;
while (<$table>) {
    # A field is bare or in quotes, where a quote is doubled. The meaning is the seventh.
    my @fields = /\G("(?:[^"]|"")*"|[^,\n]*),?/g;
    my ($code, $text) = @fields[0, 6];
    $text =~ s/^"(.*)"$/$1/;
    $meaning{$code} = $text if $code =~ /^-?[0-9]+$/;
    if ($code =~ /^([0-9]+)\.\.([0-9]+)$/) {
        $meaning{$_} //= $text for $1 .. $2;
    }
}
close($table) or die "annotate.pl: $program failed\n";

open(my $strict, '<', "$Bin/strict.regex") or die "annotate.pl: strict.regex: $!\n";
chomp(my $pattern = <$strict>);
my $regex = qr/$pattern/;

while (<>) {
    if (/err|Err|ERR|code|Code|CODE|ret|Ret|RET|码|报错/ && /$regex/ && exists $meaning{$1}) {
        chomp;
        $_ .= " [peer $1: $meaning{$1}]\n";
    }
    print;
}

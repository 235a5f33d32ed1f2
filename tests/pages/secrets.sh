neuromem init ava --agent ava > .out
echo "The wifi password is hunter2-and-more" > ava/home.md
printf '# Build\n\n- token: gh''p_%s\n' $(printf 'aB3%.0s' 1 2 3 4 5 6 7 8 9 10 11 12) > ava/build.md
printf '# Ava\n\n## Passwords\n\n- wifi: sunflower\n' > ava/mind/PROFILE.md
